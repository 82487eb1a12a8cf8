"""Words of a verdict: as a document for people, and as JSON for programs. Pure."""

from __future__ import annotations

from collections import Counter

from logger.factlines import JsonValue

from . import numbers
from .comparison_words import measured_json
from .documents import Document, Heading, Lines, Quoted, Said, Table
from .groups import said_of
from .rulings import Ruling, State
from .verdicts import Judgement, Verdict

MARKER = "sitegen-check"

_MOST = 50  # limits and remarks that are shown, the broken ones first: a comment holds 65,536 characters
_SHORT = 7  # letters of a commit
_ORDER: tuple[State, ...] = ("broken", "unknown", "no base", "holds")
_STATES = {"broken": "broken", "unknown": "not judged", "no base": "no base", "holds": "kept"}


def judgement_document(judgement: Judgement, allow_no_base: bool) -> Document:
    """What came of all gates, for people."""
    found = [ruling for verdict in judgement.verdicts for ruling in verdict.rulings]
    counts = Counter(ruling.state for ruling in found)
    ordered = [state for state in _ORDER if counts[state]]
    rows = [
        ((_STATES[state],), _sentence(verdict, ruling))
        for state in ordered
        for verdict in judgement.verdicts
        for ruling in verdict.rulings
        if ruling.state == state
    ]
    said = ", ".join(f"{counts[state]} {_STATES[state]}" for state in ordered)
    remarks = dict.fromkeys(remark for verdict in judgement.verdicts for remark in verdict.remarks)
    left = numbers.plural(len(rows) - _MOST, "more limit")
    more: list[Said] = [(f"{left} not shown.",)] if len(rows) > _MOST else []
    hint: list[Said] = []
    if counts["no base"] and not allow_no_base:
        hint = [("To have no base is no pass, unless --allow-no-base says so, for the first run there is.",)]
    return [
        Heading((f"Gates {'hold' if judgement.passes(allow_no_base) else 'do not hold'}: {said}",)),
        Lines((_judged(judgement),)),
        Table(("limit", "why"), tuple(rows[:_MOST])),
        Lines((*more, *list(remarks)[:_MOST], *hint)),
    ]


def judgement_json(judgement: Judgement, allow_no_base: bool) -> dict[str, JsonValue]:
    """What came of all gates, for programs."""
    return {
        "format": 1,
        "passes": judgement.passes(allow_no_base),
        "head": {
            "asked": judgement.head.text,
            "runs": [member.run.run_id for member in judgement.members],
            "commits": [*dict.fromkeys(member.commit for member in judgement.members if member.commit)],
        },
        "gates": [
            {
                "metric": verdict.metric,
                "experiment": verdict.experiment,
                "head": None if verdict.head is None else measured_json(verdict.head),
                "base": None if verdict.base is None else measured_json(verdict.base),
                "limits": [
                    {
                        "limit": ruling.limit,
                        "bound": ruling.bound,
                        "state": ruling.state,
                        "why": ruling.why,
                        "noise": ruling.noise,
                    }
                    for ruling in verdict.rulings
                ],
                "remarks": [
                    "".join(part if isinstance(part, str) else part.text for part in remark)
                    for remark in verdict.remarks
                ],
            }
            for verdict in judgement.verdicts
        ],
    }


def _judged(judgement: Judgement) -> Said:
    newest = judgement.members[0].run
    asked = "the newest commit" if judgement.head.kind == "newest" else Quoted(judgement.head.text)
    runs = numbers.plural(len(judgement.members), "run")
    some = len(judgement.judged) < len(judgement.members)
    counted = f"{numbers.count(len(judgement.judged))} of {runs}" if some else runs
    said: list[str | Quoted] = ["judged: ", asked, ", ", counted]
    for key, what in (("git_branch", ", branch "), ("git_commit", ", commit ")):
        text = said_of(newest, key)
        if text:
            said += [what, Quoted(text[:_SHORT] if key == "git_commit" else text)]
    return tuple(said)


def _sentence(verdict: Verdict, ruling: Ruling) -> Said:
    of = (" of ", Quoted(verdict.experiment)) if verdict.experiment else ()
    return (Quoted(verdict.metric), *of, f" {ruling.why}")
