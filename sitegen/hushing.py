"""Hushing: answers of `compare` and `check` without what the scan of a site would find in them.

They are posted where many read, and there is no site whose build a finding could end: what a rule recognises
is replaced by the rule's name, `[redacted:mail]`, unless a line of the allow-file has its hash. Comparisons
are made before; two values that look the same here may differ. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from logger.factlines import JsonValue

from .allow import AllowList, digest_of
from .comparison import Comparison, ParamChange
from .documents import Document, retold
from .rules import NAMED, matches, redaction, without
from .secretnames import names_secret


def hushed(text: str, allowed: AllowList) -> str:
    """A text with the name of its rule in place of what is recognised."""
    found = [one for one in matches(text) if not allowed.allows(one.rule.name, digest_of(one.text), "")]
    return without(text, found) if found else text


def without_named_secrets(comparison: Comparison, allowed: AllowList) -> Comparison:
    """The comparison without values of params whose names say that they are secrets."""

    def told(name: str, value: JsonValue) -> JsonValue:
        if not isinstance(value, str) or not names_secret(name, value):
            return value
        return value if allowed.allows(NAMED.name, digest_of(value), "") else redaction(NAMED)

    def of(change: ParamChange) -> ParamChange:
        base, head = (
            tuple(told(change.name, value) for value in values) for values in (change.base, change.head)
        )
        return replace(change, base=base, head=head)

    return replace(comparison, params=tuple(map(of, comparison.params)))


def hushed_document(document: Document, allowed: AllowList) -> Document:
    """The document, each of its users' texts hushed."""
    return retold(document, lambda text: hushed(text, allowed))


def hushed_json(value: JsonValue, allowed: AllowList) -> JsonValue:
    """The value, each text in it hushed; keys are ours."""
    if isinstance(value, str):
        return hushed(value, allowed)
    if isinstance(value, list):
        return [hushed_json(one, allowed) for one in value]
    if isinstance(value, dict):
        return {key: hushed_json(one, allowed) for key, one in value.items()}
    return value
