"""The scan: what is secret or private in a text that goes out is found, told, and never repeated."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import RunPlan, make_runs
from records import catalog, run
from secret_texts import MAKERS, SECRET_NAMES, harmless, letters

from logger.records import Artifact, ExperimentRecord, MetricDefinition, Problem, RunRecord
from sitegen.allow import AllowList, parsed
from sitegen.build import build, fill
from sitegen.catalog import Catalog, Reading, make_catalog
from sitegen.config import BoardConfig, CardConfig, MetricConfig, SiteConfig
from sitegen.errors import PrivateFound
from sitegen.rules import NAMED, RULES, matches
from sitegen.scan import Finding, place_of, refusal, scanned
from sitegen.site import MemorySite

CURVE = {"auc": [0.5, 0.9]}


def of_run(**fields: object) -> Catalog:
    return catalog(run(1, **fields))


def of_experiment(name: str = "fake box", **fields: object) -> Catalog:
    record = ExperimentRecord(name, "experiments/fake-box-0", 1, **fields)
    return make_catalog([Reading((record,), (run(1, name),))])


FIELDS: dict[str, Callable[[str], Catalog]] = {
    "name of the experiment": lambda text: of_experiment(text),
    "note of the experiment": lambda text: of_experiment(note=text),
    "tag of the experiment": lambda text: of_experiment(tags={"a": text}),
    "name of a tag of the experiment": lambda text: of_experiment(tags={text: "a"}),
    "name": lambda text: of_run(name=text),
    "note": lambda text: of_run(note=text),
    "param": lambda text: of_run(params={"a": text}),
    "name of a param": lambda text: of_run(params={text: 1}),
    "tag": lambda text: of_run(tags={"a": text}),
    "name of a tag": lambda text: of_run(tags={text: "a"}),
    "metric": lambda text: of_run(metrics={text: [0.5]}),
    "unit of a metric": lambda text: of_run(definitions={"a": MetricDefinition("max", text, None)}),
    "x of a metric": lambda text: of_run(definitions={"a": MetricDefinition("max", None, text)}),
    "value of a conflict": lambda text: of_run(conflicts=(("a", ("x", text)),)),
    "user": lambda text: of_run(provenance={"user": text}),
    "script": lambda text: of_run(provenance={"script": text}),
    "branch": lambda text: of_run(provenance={"git_branch": text}),
    "artifact": lambda text: of_run(artifacts=(Artifact(text, 1, "0"),)),
    "path of a problem": lambda text: make_catalog([Reading((), (run(1),), (Problem(text, "odd"),))]),
}
CONFIGS: dict[str, Callable[[str], SiteConfig]] = {
    "title": lambda text: SiteConfig(title=text),
    "goal": lambda text: SiteConfig(goals={text: MetricConfig(goal="max")}),
    "label": lambda text: SiteConfig(goals={"a": MetricConfig(label=text)}),
    "board": lambda text: SiteConfig(boards=[BoardConfig(experiment=text)]),
    "title of a card": lambda text: SiteConfig(boards=[BoardConfig(cards=[CardConfig(title=text)])]),
    "metric of a card": lambda text: SiteConfig(boards=[BoardConfig(cards=[CardConfig(metrics=[text])])]),
}


def of(rule: str, number: int = 0) -> str:
    return MAKERS[rule](random.Random(f"{rule} {number}"))


def found(one: Catalog, config: SiteConfig | None = None, allow: str = "") -> tuple[Finding, ...]:
    return scanned(one, config or SiteConfig(), AllowList(parsed(allow)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("field", FIELDS)
def test_what_a_rule_is_for_is_found_in_every_field_and_not_repeated(field, rule):
    for number in range(5):
        secret = of(rule.name, number)

        findings = found(FIELDS[field](f"it is {secret} there"))

        assert rule.name in {one.rule for one in findings}
        for text in (refusal(findings), *(one.place + one.said + one.allowing for one in findings)):
            assert secret not in text
            assert not any(match.text in text for match in matches(secret))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("field", CONFIGS)
def test_the_configuration_is_looked_through_too(field, rule):
    secret = of(rule.name)

    findings = found(of_run(), CONFIGS[field](secret))

    assert rule.name in {one.rule for one in findings}
    assert secret not in refusal(findings)


@pytest.mark.parametrize("kind", ["params", "tags"])
@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_param_or_tag_whose_name_says_secret_is_found(name, kind):
    value = letters(random.Random(name), 10)

    (finding,) = found(of_run(**{kind: {name: value}}))

    assert finding.rule == NAMED.name
    assert finding.place == f"fake box/{1:032x}/{kind}.{name}"
    assert value not in refusal([finding])


def test_numbers_and_harmless_values_under_such_names_are_not():
    assert (
        found(of_run(params={"max_tokens": 512, "api_key": None, "password": True, "secret": "none"})) == ()
    )


def test_harmless_texts_in_every_field_raise_no_alarm():
    texts = harmless(random.Random(8))
    for _ in range(120):
        for field in FIELDS.values():
            assert found(field(next(texts))) == ()


def test_the_place_names_no_text_that_was_found():
    secret = of("github-token")

    (finding,) = found(catalog(run(1, secret, params={secret: secret})))

    assert finding.place == "<an experiment>/name"
    assert finding.more == 2  # the name of the param, and its value
    assert place_of(secret, "1", "artifacts", f"{secret}.txt") == "<an experiment>/1/artifacts.<a name>"


def test_the_same_in_many_runs_is_told_once_with_a_count():
    runs = [run(number, params={"by": "ann@uni.edu"}) for number in range(50)]

    (finding,) = found(catalog(*runs))

    assert finding.said == f"fake box/{0:032x}/params.by and in 49 more places: a mail address (mail)"


def test_the_line_that_a_finding_proposes_lets_it_pass():
    secret = of("mail")
    one = of_run(note=f"write to {secret}", tags={"api_key": "abcdef"})
    findings = found(one)
    assert len(findings) == 2

    assert found(one, allow="\n".join(finding.allowing for finding in findings)) == ()
    assert (
        found(of_run(note=f"or to {secret}"), allow=findings[0].allowing + "\n" + findings[1].allowing) == ()
    )


def test_a_place_of_the_allow_file_is_that_place_only():
    one = of_run(note="ann@uni.edu", tags={"by": "ann@uni.edu"})

    (finding,) = found(one, allow="mail */tags.by")

    assert finding.place.endswith("/note")


def private_store(folder: Path, secret: str) -> Path:
    make_runs(folder / "tracking", [RunPlan(CURVE, "fake box", params={"token": "x", "text": secret})])
    return folder / "tracking"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_build_that_must_not_tell_fails_before_anything_is_written(tmp_path, rule):
    secret = of(rule.name)
    store = private_store(tmp_path, secret)

    with pytest.raises(PrivateFound) as raised:
        build([store], tmp_path / "public", SiteConfig(scan="fail"))

    assert secret not in str(raised.value)
    assert "fake box/" in str(raised.value)
    assert "/params.text" in str(raised.value)
    assert not (tmp_path / "public").exists()


def test_a_build_that_fails_leaves_the_site_that_was_there(tmp_path):
    store = private_store(tmp_path, "harmless")
    build([store], tmp_path / "public", SiteConfig(scan="fail"))
    before = {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
    make_runs(store, [RunPlan(CURVE, name="ann@uni.edu", started=1_795_100_000_000_000)])

    with pytest.raises(PrivateFound):
        build([store], tmp_path / "public", SiteConfig(scan="fail"))

    assert {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()} == before


def test_secrets_in_what_a_machine_wrote_do_not_fail_a_build_and_are_not_in_the_site(tmp_path):
    for rule in RULES:
        secret = of(rule.name)
        reason = f"ConnectionError: {secret} was refused"
        folder = tmp_path / rule.name
        make_runs(
            folder, [RunPlan(CURVE, status="failed", reason=reason, provenance={"command": f"x {secret}"})]
        )

        site = MemorySite()
        config = SiteConfig(scan="fail", publish={"command": True})
        report = fill(site, [folder], config)

        written = b"".join(site.files.values())
        assert report.found == ()
        assert b"ConnectionError" in written
        if rule.is_secret:
            assert secret.encode() not in written


def test_ten_thousand_runs_are_looked_through_each_text_once(monkeypatch):
    looked: list[str] = []
    from sitegen import scan

    real = scan.matches
    monkeypatch.setattr(scan, "matches", lambda text: looked.append(text) or real(text))
    params = {f"param_{number}": f"value {number}" for number in range(60)}
    first: RunRecord = run(0, params=params)
    runs = [replace(first, run_id=f"{number:032x}", name=f"run-{number}") for number in range(10_000)]

    assert found(catalog(*runs)) == ()

    assert len(looked) == len(set(looked))
    assert len(looked) < 10_000 + 200
