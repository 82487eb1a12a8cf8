"""The expressions of GitHub's workflows, as far as ours use them: `${{ … }}` → a value.

Source: docs.github.com, "Evaluate expressions in workflows and actions": operators, loose equality of texts
without regard to case, status functions, and `if` that means `success() && …` unless it asks for a status.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d+)|(==|!=|&&|\|\||[!().,])|([A-Za-z_][\w-]*))")
EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
STATUS = re.compile(r"\b(success|failure|cancelled|always)\s*\(")
WORDS = {"true": True, "false": False, "null": None}

Contexts = Mapping[str, Any]
Functions = Mapping[str, Callable[[], bool]]


class Parser:
    """One expression; what is not known to it is an error, not nothing."""

    def __init__(self, text: str, contexts: Contexts, functions: Functions) -> None:
        self.tokens: list[str] = []
        self.contexts, self.functions = contexts, functions
        at, text = 0, text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            assert match, f"no expression: {text[at:]!r}"
            self.tokens.append(match[0].strip())
            at = match.end()

    def value(self) -> Any:
        found = self.either()
        assert not self.tokens, f"left over: {self.tokens}"
        return found

    def either(self) -> Any:
        left = self.both()
        while self.taken("||"):
            right = self.both()
            left = left or right
        return left

    def both(self) -> Any:
        left = self.compared()
        while self.taken("&&"):
            right = self.compared()
            left = left and right
        return left

    def compared(self) -> Any:
        left = self.one()
        for sign in ("==", "!="):
            if self.taken(sign):
                equal = self.folded(left) == self.folded(self.one())
                return equal if sign == "==" else not equal
        return left

    def one(self) -> Any:
        if self.taken("!"):
            return not self.one()
        if self.taken("("):
            found = self.either()
            assert self.taken(")")
            return found
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdecimal():
            return int(token)
        if self.taken("("):
            assert self.taken(")"), "functions of ours take nothing"
            return self.functions[token]()
        if token in WORDS:
            return WORDS[token]
        found = self.contexts[token]
        while self.taken("."):
            name = self.tokens.pop(0)
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def taken(self, token: str) -> bool:
        if self.tokens[:1] == [token]:
            self.tokens.pop(0)
            return True
        return False

    @staticmethod
    def folded(value: Any) -> Any:
        return value.casefold() if isinstance(value, str) else "" if value is None else value


def evaluate(text: str, contexts: Contexts, functions: Functions) -> Any:
    """The value of an expression without its braces."""
    return Parser(text, contexts, functions).value()


def filled(text: str, contexts: Contexts, functions: Functions) -> str:
    """A text with the value of each `${{ … }}` in its place."""
    return EMBEDDED.sub(lambda match: said(evaluate(match[1], contexts, functions)), text)


def holds(condition: str | bool | None, contexts: Contexts, functions: Functions) -> bool:
    """Whether a job or step with this `if` runs."""
    text = "success()" if condition is None else str(condition).strip()
    match = EMBEDDED.fullmatch(text)
    text = match[1] if match else text
    if not STATUS.search(text):
        text = f"success() && ({text})"
    return bool(evaluate(text, contexts, functions))


def said(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
