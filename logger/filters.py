"""Filters: the text of a filter as a tree, and of an order as its fields.

    filter      = and { OR and }
    and         = not { AND not }
    not         = { NOT } ( "(" filter ")" | comparison )
    comparison  = field ( = | == | != | <> | < | <= | > | >= ) value
                | field ( ~ | !~ | [NOT] LIKE | [NOT] ILIKE ) text
                | field [NOT] IN "(" value { "," value } ")"
                | field IS [NOT] NULL
    field       = [ prefix "." ] name
    order       = field [ ASC | DESC ]

This is MLflow's grammar and more. A vocabulary says which fields there are. What can never match, as
`metrics.loss = 'low'`, is refused here, so that nobody waits for runs that cannot come. Nothing is
ever evaluated as code, and nesting is limited. `docs/search.md` is this page for users.

Neighbours: `logger.lexer` makes the tokens, `logger.fields` knows the fields and their values,
`logger.selection` applies the tree to rows. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from .errors import FilterError
from .fields import (
    ALLOWED,
    RUNS,
    STATUSES,
    Field,
    Literal,
    Vocabulary,
    printable,
    read_number,
    read_text,
    read_word,
)
from .lexer import Token, close_to, error, tokens

DEEPEST = 100  # brackets within brackets

ORDERS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field beside one or several values."""

    field: Field
    operator: str  # "=" (any of the values), "<", "<=", ">", ">=", "LIKE", "ILIKE", "~" or "NULL"
    values: tuple[Literal, ...]
    negated: bool = False  # holds for what has a value with which the operator fails


@dataclass(frozen=True, slots=True)
class Every:
    """Holds where all parts hold; without parts, everywhere."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Holds where at least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds exactly where its part does not."""

    part: Filter


Filter: TypeAlias = "Comparison | Every | Some | Not"


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an order."""

    field: Field
    descending: bool


_OPERATORS = "= != < <= > >= ~ !~ LIKE ILIKE IN IS, and NOT before LIKE, ILIKE and IN."
_RUN_ID = re.compile(r"[0-9a-f]{8,32}")  # of a run, or its beginning as links have it
_JOINS = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR"}


def parse_filter(text: str, vocabulary: Vocabulary = RUNS) -> Filter:
    """The tree of a filter; of an empty one, a tree that holds everywhere.

    Raises: FilterError: it does not parse; `column` says where, the message shows it.
    """
    return _Parser(text, "filter", vocabulary).filter()


def parse_order(text: str, vocabulary: Vocabulary = RUNS) -> Order:
    """One entry of an order, as `metrics.loss DESC`.

    Raises: FilterError.
    """
    return _Parser(text, "order", vocabulary).order()


class _Parser:
    """Reads one text from left to right; `next` is the token that is looked at."""

    def __init__(self, text: str, noun: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._noun = noun
        self._vocabulary = vocabulary
        self._tokens = tokens(text, noun)
        self._place = 0

    def filter(self) -> Filter:
        if self._next.kind == "end":
            return Every(())
        alone = self._text.strip().strip("'\"`")
        if "run_id" in self._vocabulary.attributes and _RUN_ID.fullmatch(alone):
            raise self._error("the id of a run is no filter", hint=f"run_id = '{alone}'")
        tree = self._any_of(0)
        if self._next.is_sign(")"):
            raise self._error("this bracket was never opened")
        if self._next.kind != "end":
            raise self._expected("AND, OR or the end", hint=_JOINS.get(self._next.text, ""))
        return tree

    def order(self) -> Order:
        field = self._field()
        descending = self._next.is_word("DESC")
        if self._next.is_word("ASC", "DESC"):
            self._take()
        if self._next.kind != "end":
            raise self._expected("ASC, DESC or the end")
        return Order(field, descending)

    def _any_of(self, depth: int) -> Filter:
        parts = [self._all_of(depth)]
        while self._next.is_word("OR"):
            self._take()
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all_of(self, depth: int) -> Filter:
        parts = [self._negated(depth)]
        while self._next.is_word("AND"):
            self._take()
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _negated(self, depth: int) -> Filter:
        negated = False
        while self._next.is_word("NOT"):
            self._take()
            negated = not negated
        part = self._in_brackets(depth) if self._next.is_sign("(") else self._comparison()
        return Not(part) if negated else part

    def _in_brackets(self, depth: int) -> Filter:
        opening = self._take()
        if depth == DEEPEST:
            raise self._error(f"more than {DEEPEST} brackets within one another", opening)
        tree = self._any_of(depth + 1)
        if self._next.kind == "end":
            raise self._error("this bracket is never closed", opening)
        if not self._next.is_sign(")"):
            raise self._expected("AND, OR or ')'", hint=_JOINS.get(self._next.text, ""))
        self._take()
        return tree

    def _comparison(self) -> Comparison:
        field = self._field()
        kind = self._kind(field)
        token = self._take()
        if token.is_word("IS"):
            negated = self._next.is_word("NOT")
            if negated:
                self._take()
            if not self._next.is_word("NULL"):
                raise self._expected("NULL" if negated else "NULL or NOT NULL", hint="IS NULL")
            self._take()
            return Comparison(field, "NULL", (), negated)
        negated = token.is_word("NOT")
        if negated:
            if not self._next.is_word("LIKE", "ILIKE", "IN"):
                raise self._expected("LIKE, ILIKE or IN")
            token = self._take()
        if token.is_word("IN"):
            return Comparison(field, "=", self._list(field, kind), negated)
        if token.is_word("LIKE", "ILIKE") or token.is_sign("~", "!~"):
            operator = token.text.upper().lstrip("!")
            return Comparison(field, operator, (self._pattern(kind, token),), negated or token.text == "!~")
        if token.is_sign("=", "=="):
            return Comparison(field, "=", (self._value(field, kind),))
        if token.is_sign("!=", "<>"):
            return Comparison(field, "=", (self._value(field, kind),), True)
        if token.is_sign(*ORDERS):
            literal = self._next
            value = self._value(field, kind)
            if isinstance(value, bool):
                raise self._error(f"{literal} has no order", literal, "= != IN with true and false.")
            return Comparison(field, token.text, (value,))
        hint = (
            close_to(token.text.upper(), ("LIKE", "ILIKE", "IN", "IS", "NOT")) if token.kind == "word" else ""
        )
        raise self._expected("an operator", token, _OPERATORS, hint)

    def _field(self) -> Field:
        token = self._next
        if token.kind == "text" and token.quote != "'":
            return self._attribute(self._take())
        if token.kind != "word":
            hint = '"double quotes" or `backticks` around a name' if token.kind == "text" else ""
            raise self._expected("a field, like metrics.loss or status", hint=hint)
        if read_number(token.text) is not None:
            raise self._expected(
                "a field, like metrics.loss or status", hint="the field first, then the number"
            )
        prefix, dot, name = token.text.partition(".")
        if not dot:
            return self._attribute(self._take())
        kind = self._vocabulary.prefixes.get(prefix.lower())
        if kind is None:
            raise self._unknown_prefix(token, prefix, name)
        self._take()
        end = token.end
        if not name:
            quoted = self._next
            if quoted.kind != "text" or quoted.quote == "'" or quoted.column != token.end:
                raise self._expected(f"a name right after '{token.text}'")
            name, end = self._take().text, quoted.end
        if kind == "attributes":
            return self._attribute(Token("text", name, token.column + len(prefix) + 1, end, '"'))
        return Field(kind, unicodedata.normalize("NFC", name))

    def _attribute(self, token: Token) -> Field:
        name = token.text.lower().replace(" ", "_")
        name = self._vocabulary.aliases.get(name, name)
        if name in self._vocabulary.attributes:
            return Field("attributes", name)
        hint = close_to(name, (*self._vocabulary.attributes, *self._vocabulary.aliases))
        if not hint and "params" in self._vocabulary.prefixes:
            hint = f"metrics.{token.text}, params.{token.text} or tags.{token.text}"
        known = ", ".join(self._vocabulary.attributes)
        raise self._error(f"{token} is no attribute of a run", token, f"{known}.", hint)

    def _unknown_prefix(self, token: Token, prefix: str, name: str) -> FilterError:
        known = list(dict.fromkeys(self._vocabulary.prefixes.values()))
        close = close_to(prefix.lower(), tuple(self._vocabulary.prefixes))
        allowed = ", ".join(f"{kind}." for kind in known) + " before a name."
        hint = f"{close}.{name}" if close else ""
        return self._error(f"'{prefix}.' is no prefix", token, allowed, hint)

    def _kind(self, field: Field) -> str:
        """What a field holds: an attribute's kind, "number" for metrics, "any" for params and tags."""
        if field.kind == "attributes":
            return self._vocabulary.attributes[field.name]
        return "any" if field.kind in ("params", "tags") else "number"

    def _list(self, field: Field, kind: str) -> tuple[Literal, ...]:
        if not self._next.is_sign("("):
            raise self._expected("'(' and the values")
        opening = self._take()
        values = [self._value(field, kind)]
        while self._next.is_sign(","):
            self._take()
            values.append(self._value(field, kind))
        if self._next.kind == "end":
            raise self._error("this bracket is never closed", opening)
        if not self._next.is_sign(")"):
            raise self._expected("',' or ')'")
        self._take()
        return tuple(values)

    def _pattern(self, kind: str, operator: Token) -> str:
        """The text behind LIKE, ILIKE or a regex."""
        if kind in ("number", "time", "duration", "bool"):
            what = {"number": "a number", "time": "a time", "duration": "a duration", "bool": "true or false"}
            raise self._error(f"{operator} compares text, and this field is {what[kind]}", operator)
        token = self._next
        if token.kind != "text" or token.quote == "`":
            raise self._expected("a text in quotes", hint=f"'{token.text}'" if token.kind == "word" else "")
        self._take()
        if operator.is_sign("~", "!~"):
            try:
                pc.match_substring_regex(pa.array([""]), printable(token.text))
            except pa.ArrowInvalid as found:
                problem = str(found).removeprefix("Invalid regular expression: ")
                raise self._error(f"this is no regular expression of RE2: {problem}", token) from None
        return token.text

    def _value(self, field: Field, kind: str) -> Literal:
        token = self._next
        allowed = ALLOWED[kind]
        if token.kind == "text" and token.quote != "`":
            value = read_text(token.text, kind)
            if value is None:
                hint = close_to(token.text.lower(), STATUSES) if kind == "status" else ""
                raise self._error(f"{token} is no value of this field", token, allowed, hint and f"'{hint}'")
        elif token.kind == "word":
            value = read_word(token.text, kind)
            if value is None and read_word(token.text, "any") is not None:
                raise self._error(f"{token} is no value of this field", token, allowed)
            if value is None:
                raise self._expected("a value", allowed=allowed, hint=self._instead_of(token))
        else:
            raise self._expected("a value", allowed=allowed)
        self._take()
        return value

    def _instead_of(self, token: Token) -> str:
        """What to write for a word that stands where a value is expected."""
        if token.is_word("NULL", "NONE"):
            return "IS NULL or IS NOT NULL"
        if token.is_word("AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "IS"):
            return ""
        prefix, dot, _ = token.text.partition(".")
        if dot and prefix.lower() in self._vocabulary.prefixes:
            return "a number or a text; two fields cannot be compared"
        return f"'{token.text}'"

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._tokens[self._place]
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def _error(
        self, problem: str, token: Token | None = None, allowed: str = "", hint: str = ""
    ) -> FilterError:
        return error(self._noun, self._text, (token or self._next).column, problem, allowed, hint)

    def _expected(
        self, what: str, token: Token | None = None, allowed: str = "", hint: str = ""
    ) -> FilterError:
        found = token or self._next
        return self._error(f"expected {what}, found {found}", found, allowed, hint)
