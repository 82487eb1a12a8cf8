"""Scan: every text of a site is looked through for what is secret or private, before anything is written.

What users wrote is looked at here and never changed: a finding is said, with its place and its rule, never
with what was found. Texts that machines wrote came through `sitegen.privacy`, which took out what these
rules recognise; the content of files is looked at when it is read (`sitegen.artifacts`). Each text is
matched once, however many runs have it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from logger.records import ExperimentRecord, RunRecord

from .allow import DEFAULT, AllowList, digest_of
from .catalog import Catalog
from .config import SiteConfig
from .kinds import Publish
from .numbers import plural
from .rules import NAMED, Rule, matches
from .secretnames import names_secret

_ASKED_FOR = ("login", "host", "folder", "command", "slurm_job_id", "other")  # see `_of_run`
_MOST_TOLD = 20  # findings that a refusal lists


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not go out, and where it stands. It does not hold what was found."""

    rule: str
    words: str  # what was recognised: "a token of GitHub"
    place: str  # "fake box/0199…/params.data", without any text that was itself found
    digest: str  # of what was found: what an allow-file calls it
    is_secret: bool
    more: int = 0  # places where the same stands, besides this one
    withheld: bool = False  # it does not go out: the content of a file

    @property
    def said(self) -> str:
        """The finding in a line."""
        more = f" and in {plural(self.more, 'more place')}" if self.more else ""
        return f"{self.place}{more}: {self.words} ({self.rule})"

    @property
    def allowing(self) -> str:
        """The line of an allow-file that lets it pass."""
        return f"{self.rule} {self.digest}"


class _Text(NamedTuple):  # a million of them, in no time
    """A text that goes out, and where."""

    text: str
    owner: tuple[str, str]  # name of the experiment, id of the run; "" where there is none
    kind: str  # "params", "note" …
    name: str  # of the param, tag or metric; "" where there is none
    number: int  # of the name among its kind, from 1, for a name that cannot be said
    is_name: bool = False


def refusal(found: Sequence[Finding], file: str = DEFAULT) -> str:
    """Why nothing was written, what to do, and the lines that would let it pass."""
    texts = "a text that goes" if len(found) == 1 else f"{len(found)} texts that go"
    lines = [f"{texts} out should perhaps not: nothing was written."]
    lines += [f"  {one.said}" for one in found[:_MOST_TOLD]]
    if len(found) > _MOST_TOLD:
        lines.append(f"  and {len(found) - _MOST_TOLD} more")
    lines.append(
        "  Try: --drop-param NAME, --drop-tag NAME or --only FILTER, and a new key for one that was out."
    )
    lines.append(f"  What may go out all the same is a line in {file}:")
    lines += [f"    {one.allowing}" for one in found[:_MOST_TOLD]]
    return "\n".join(lines)


def scanned(catalog: Catalog, config: SiteConfig, allowed: AllowList) -> tuple[Finding, ...]:
    """What is found in all texts of a catalog and its configuration that no line allows, in their order."""
    found: dict[str, Sequence[tuple[Rule, str]]] = {}  # by text: rules, and digests of what they found
    named = False
    for one in _texts(catalog, config):
        text = one.text
        if text not in found:
            found[text] = [(match.rule, digest_of(match.text)) for match in matches(text)]
        named = named or _is_named(one)
    if not named and not any(found.values()):
        return ()
    return _told(_texts(catalog, config), found, allowed)


def _told(
    texts: Iterable[_Text], found: Mapping[str, Sequence[tuple[Rule, str]]], allowed: AllowList
) -> tuple[Finding, ...]:
    told: dict[tuple[str, str], Finding] = {}
    for one in texts:
        hits = found[one.text]
        if not hits and _is_named(one):
            hits = [(NAMED, digest_of(one.text))]
        for rule, digest in hits:
            place = _place(one, found)
            if allowed.allows(rule.name, digest, place):
                continue
            key = (rule.name, digest)
            known = told.get(key)
            if known is None:
                told[key] = Finding(rule.name, rule.words, place, digest, rule.is_secret)
            else:
                told[key] = Finding(
                    rule.name, rule.words, known.place, digest, rule.is_secret, known.more + 1
                )
    return tuple(told.values())


def _is_named(one: _Text) -> bool:
    return one.kind in ("params", "tags") and not one.is_name and names_secret(one.name, one.text)


def place_of(experiment: str, run_id: str, kind: str, name: str) -> str:
    """Where something stands, without any name that something is recognised in."""
    known = {text: list(matches(text)) for text in (experiment, name)}
    return _worded(experiment, run_id, kind, name, 0, known)


def _place(one: _Text, found: Mapping[str, Sequence[object]]) -> str:
    name = "" if one.is_name else one.name
    return _worded(*one.owner, one.kind, name, one.number if one.name else 0, found)


def _worded(
    experiment: str, run_id: str, kind: str, name: str, number: int, found: Mapping[str, Sequence[object]]
) -> str:
    home = "<an experiment>" if found.get(experiment) else experiment
    if name and not found.get(name):
        kind += f"/{name}" if kind == "artifacts" else f".{name}"
    elif name or number:
        kind += f".<name {number}>" if number else ".<a name>"
    return "/".join(part for part in (home, run_id, kind) if part)


def _texts(catalog: Catalog, config: SiteConfig) -> Iterator[_Text]:
    yield from _of_config(config)
    for experiment in catalog.experiments:
        yield from _of_experiment(experiment.record)
        for run in experiment.runs:
            yield from _of_run(run.record, config.publish)
    for number, problem in enumerate(catalog.problems, 1):
        yield _Text(problem.path, ("problems", ""), "path", "", number)


def _of_config(config: SiteConfig) -> Iterator[_Text]:
    owner = ("configuration", "")
    yield _Text(config.title, owner, "title", "", 1)
    for number, (name, said) in enumerate(config.goals.items(), 1):
        yield _Text(name, owner, "goals", name, number, is_name=True)
        for text in (said.x, said.unit, said.label):
            if text:
                yield _Text(text, owner, "goals", name, number)
    for number, board in enumerate(config.boards, 1):
        texts = [board.experiment or "", *board.options.values(), *board.hide]
        for card in board.cards:
            texts += [card.title, card.section, *card.metrics, *card.options.values()]
        for text in filter(None, texts):
            yield _Text(text, owner, "boards", str(number), number)


def _of_experiment(record: ExperimentRecord) -> Iterator[_Text]:
    owner = (record.name, "")
    yield _Text(record.name, owner, "name", "", 1)
    yield _Text(record.note, owner, "note", "", 1)
    yield from _of_pairs(record.tags, owner, "tags")


def _of_run(run: RunRecord, publish: Publish) -> Iterator[_Text]:
    """All texts of a run; not those of private kinds that were asked for by name, and are meant to go out."""
    owner = (run.experiment, run.run_id)
    yield _Text(run.name, owner, "name", "", 1)
    yield _Text(run.note, owner, "note", "", 1)
    yield from _of_pairs(run.params, owner, "params")
    yield from _of_pairs(run.tags, owner, "tags")
    for number, (name, values) in enumerate(run.conflicts, 1):
        for value in values:
            if isinstance(value, str):
                yield _Text(value, owner, "params", name, number)
    for number, name in enumerate(run.metrics, 1):
        yield _Text(name, owner, "metrics", name, number, is_name=True)
    for number, (name, said) in enumerate(run.definitions.items(), 1):
        yield _Text(name, owner, "metrics", name, number, is_name=True)
        for text in (said.unit, said.x):
            if text:
                yield _Text(text, owner, "metrics", name, number)
    for name, value in run.provenance.items():
        asked = (
            name not in Publish.model_fields
            or name in _ASKED_FOR
            or (name == "git_remote" and publish.git_remote is True)
        )
        if isinstance(value, str) and not asked:
            yield _Text(value, owner, name, "", 1)
    for number, artifact in enumerate(run.artifacts, 1):
        yield _Text(artifact.path, owner, "artifacts", artifact.path, number, is_name=True)


def _of_pairs(pairs: Mapping[str, object], owner: tuple[str, str], kind: str) -> Iterator[_Text]:
    for number, (name, value) in enumerate(pairs.items(), 1):
        yield _Text(name, owner, kind, name, number, is_name=True)
        if isinstance(value, str):
            yield _Text(value, owner, kind, name, number)
