"""MLflow's words in ours: what its ids, statuses, params and tags mean. Pure.

- A run keeps its id where MLflow made it (32 hex digits); any other text becomes a hash of itself.
- MLflow has params as text only. A text that is exactly what Python prints for a number, a truth value or
  None becomes that value, so that runs sort and filter by it; printed again it is the same text. `1e5`,
  `007` and `3.10` stay text.
- Tags that a user set are tags. What MLflow sets by itself (`mlflow.…`) is a note, a name, a parent, or where
  the run came from; there it stays private unless a site publishes it of every run (script, commit, branch).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ..factlines import JsonValue
from ..layout import RunId, is_run_id
from .imported import Fault, SourceFile, SourceRun
from .metriclines import good_time
from .mlflow_artifacts import public_address, public_json

LONGEST_PARAM = 8_192  # characters; MLflow itself takes 6,000
LONGEST_TEXT = 262_144  # characters of a tag or note; MLflow itself takes 8,000

NOTE = "mlflow.note.content"
RUN_NAME = "mlflow.runName"
PARENT = "mlflow.parentRunId"
SOURCE = "mlflow.source.name"
USER = "mlflow.user"
HAVE_ARTIFACTS = {"mlflow.log-model.history", "mlflow.loggedArtifacts", "mlflow.loggedImages"}  # said by tags
CONTEXT = "mlflow.data.context"  # of a dataset: what it was used for
_PROVENANCE = {
    "mlflow.source.git.commit": "git_commit",
    "mlflow.source.git.branch": "git_branch",
    "mlflow.source.git.repoURL": "git_remote",
    USER: "login",
}
_OWN = "mlflow."  # what its own tags begin with
_STATUSES = {
    "3": "finished", "4": "failed", "5": "killed",
    "FINISHED": "finished", "FAILED": "failed", "KILLED": "killed",
}  # fmt: skip
_UNENDED = ("1", "2", "RUNNING", "SCHEDULED")
_INT = re.compile(r"-?[0-9]{1,19}")
_FLOAT = re.compile(r"-?(?:[0-9.]+(?:e[+-][0-9]+)?|inf)|nan")
_WORDS: dict[str, JsonValue] = {"True": True, "False": False, "None": None}


@dataclass(slots=True)
class RawRun:
    """A run in MLflow's words, whatever it was read from."""

    key: str  # its run id
    path: str  # where it lies, for what is wrong with it
    name: str | None = None
    status: str | None = None  # a word, or its number as text
    start_ms: int | None = None
    end_ms: int | None = None
    user: str | None = None
    source: str | None = None
    commit: str | None = None
    artifact_uri: str | None = None
    deleted: bool = False
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, pa.Table] = field(default_factory=dict)
    datasets: list[dict[str, JsonValue]] = field(default_factory=list)
    artifacts: tuple[SourceFile, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    made_us: int = 0  # a time for a run that has none


def our_run_id(key: str) -> RunId:
    """The id of a run of MLflow's."""
    if is_run_id(key):
        return RunId(key)
    return RunId(hashlib.sha256(b"mlflow run " + key.encode("utf-8", "surrogatepass")).hexdigest()[:32])


def param_value(text: str) -> JsonValue:
    """The value whose printed form in Python is exactly `text`; else the text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        number = int(text)
        return number if str(number) == text and -(2**63) <= number < 2**63 else text
    if _FLOAT.fullmatch(text):
        try:
            value = float(text)
        except ValueError:
            return text
        return value if repr(value) == text else text
    return text


def make_run(raw: RawRun) -> SourceRun:
    """The run in our words."""
    faults = list(raw.faults)
    tags = dict(raw.tags)
    provenance: dict[str, JsonValue] = {"tracker": "mlflow"}
    if not is_run_id(raw.key):
        provenance["mlflow.runId"] = raw.key
    source = public_address(tags.pop(SOURCE, "") or raw.source or "")
    if source:
        provenance["script"] = re.split(r"[/\\]", source)[-1]
        provenance[SOURCE] = source
    if raw.user:
        provenance["login"] = raw.user
    if raw.commit:
        provenance["git_commit"] = raw.commit
    name = tags.pop(RUN_NAME, None)
    note = tags.pop(NOTE, "")
    parent = tags.pop(PARENT, None)
    for key in [key for key in tags if key.startswith(_OWN)]:
        said = _cut(public_json(tags.pop(key)), LONGEST_TEXT, raw, f"tag {key}", faults)
        provenance[_PROVENANCE.get(key, key)] = said
    if raw.artifact_uri:
        provenance["mlflow.artifactUri"] = raw.artifact_uri
    status = _STATUSES.get(raw.status or "")
    if raw.status is not None and status is None and raw.status not in _UNENDED:
        faults.append(Fault(raw.path, f"the status {raw.status!r} is none that MLflow has"))
    started = _microseconds(raw.start_ms, raw, "start", faults)
    if started is None:
        started = _first_time(raw.metrics) or raw.made_us
    return SourceRun(
        run_id=our_run_id(raw.key),
        name=raw.name or name or raw.key,
        started=started,
        status=status,
        ended=_microseconds(raw.end_ms, raw, "end", faults),
        parent=our_run_id(parent) if parent else None,
        note=_cut(note, LONGEST_TEXT, raw, "the note", faults),
        params={
            key: param_value(_cut(text, LONGEST_PARAM, raw, f"param {key}", faults))
            for key, text in raw.params.items()
        },
        tags=_dataset_tags(raw.datasets)
        | {key: _cut(text, LONGEST_TEXT, raw, f"tag {key}", faults) for key, text in tags.items()},
        provenance=provenance,
        datasets=tuple(map(_public, raw.datasets)),
        metrics=_in_order(raw.metrics),
        artifacts=raw.artifacts,
        deleted=raw.deleted,
        faults=tuple(faults),
    )


def left_where_it_is(path: str, models: int, traces: int) -> tuple[Fault, ...]:
    """What an experiment has that does not come along, as a remark; none when it has nothing of the kind."""
    counts = [f"{count:,} {word}{'' if count == 1 else 's'}"
              for count, word in ((models, "logged model"), (traces, "trace")) if count]  # fmt: skip
    if not counts:
        return ()
    verb = "was" if models + traces == 1 else "were"
    return (Fault(path, f"{' and '.join(counts)} {verb} left where MLflow has them", remark=True),)


def whole_number(text: object) -> int | None:
    """A number as MLflow writes times; None for anything else."""
    if isinstance(text, int):
        return text
    if isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,19}", text):
        return int(text)
    return None


def _microseconds(time_ms: int | None, raw: RawRun, what: str, faults: list[Fault]) -> int | None:
    if time_ms is None:
        return None
    if not good_time(time_ms):
        faults.append(Fault(raw.path, f"the {what}, {time_ms}, is in no year from 1970 to 9999"))
        return None
    return time_ms * 1000


def _cut(text: str, most: int, raw: RawRun, what: str, faults: list[Fault]) -> str:
    if len(text) <= most:
        return text
    faults.append(Fault(raw.path, f"{what} has {len(text):,} characters; the first {most:,} were taken"))
    return text[:most] + "…"


def _dataset_tags(datasets: Iterable[Mapping[str, JsonValue]]) -> dict[str, str]:
    """For people and filters: `dataset.training` = `boxes (1f2e3d)`."""
    found: dict[str, str] = {}
    for dataset in datasets:
        stem = f"dataset.{dataset.get('context') or 'input'}"
        name, number = stem, 2
        while name in found:
            name, number = f"{stem}.{number}", number + 1
        found[name] = f"{dataset.get('name')} ({dataset.get('digest')})"
    return found


def _public(dataset: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A dataset whose addresses let nobody in."""
    return {key: public_json(said) if isinstance(said, str) else said for key, said in dataset.items()}


def _first_time(metrics: Mapping[str, pa.Table]) -> int | None:
    firsts = [pc.min(table["time"]).cast(pa.int64()).as_py() for table in metrics.values() if len(table)]
    return min(firsts, default=None)


def _in_order(metrics: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The metrics by when each was logged first."""
    firsts = {name: table["time"][0].value if len(table) else 0 for name, table in metrics.items()}
    return {name: metrics[name] for name in sorted(metrics, key=lambda name: (firsts[name], name))}
