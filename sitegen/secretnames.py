"""Secret names: what the name of a param says of its value, and which values are harmless under any name.

`api_key` says that what it names is a secret; `max_tokens` and `tokenizer` do not. `512`, `none`, `${KEY}`
and `<pad>` open no door, whatever they are called. `sitegen.rules` asks the same of names within texts.
Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from logger.factlines import JsonValue

_STRONG = (  # how a name ends that names a secret
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secret key",
    "secret access key",
    "access key",
    "apikey",
    "api key",
    "private key",
    "signing key",
    "encryption key",
    "credential",
    "credentials",
    "access token",
    "auth token",
    "api token",
    "bearer token",
    "refresh token",
    "session token",
    "hf token",
    "github token",
    "gitlab token",
    "slack token",
    "wandb token",
    "cookie",
    "dsn",
)
_WEAK = ("token", "auth")  # names of many harmless things: only a value that looks drawn by lot counts
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HARMLESS = re.compile(
    r"true|false|yes|no|on|off|none|null|nan|auto|default|unset|unknown|empty|required|optional|hidden|masked"
    r"|redacted|removed|secret|password|changeme|n/a|-|todo|tbd|test|example",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?%?", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"[*•.…xX#_?-]+"  # masked
    r"|<.{0,60}>|\[.{0,60}\]|\{.{0,60}\}|%.{0,60}%|\$\w{1,60}|\$\{.{0,60}\}|\$\(.{0,100}\)"
    r"|(?:env|secrets?|vault|keyring|op|arn):.{0,200}"  # where the secret lies, and not what it is
    r"|[A-Z][A-Z0-9_]{0,60}_(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD)"  # the name of a variable
)


@lru_cache(maxsize=65_536)
def says_secret(name: str) -> bool:
    """Whether what has this name is a secret: `db.password`, `OPENAI_API_KEY`, `clientSecret`."""
    words = _words(name)
    return any(words == end or words.endswith(f" {end}") for end in _STRONG)


@lru_cache(maxsize=65_536)
def _may_say_secret(name: str) -> bool:
    words = _words(name)
    return any(words == end or words.endswith(f" {end}") for end in _WEAK)


def _words(name: str) -> str:
    return " ".join(part.casefold() for part in _PARTS.findall(name[-100:]))


def names_secret(name: str, value: JsonValue) -> bool:
    """Whether a param or tag gives away a secret: its name says so, and its value is not harmless."""
    if not isinstance(value, str):
        return False
    if says_secret(name):
        return not is_harmless(value)
    return _may_say_secret(name) and is_random(value)


def is_harmless(value: str) -> bool:
    """Whether a text opens no door, whatever it is called: a number, a word for nothing, a placeholder."""
    text = value.strip()
    if len(text) > 300:
        return False
    return (
        len(text) < 2
        or _HARMLESS.fullmatch(text) is not None
        or _NUMBER.fullmatch(text) is not None
        or _PLACEHOLDER.fullmatch(text) is not None
    )


def is_random(value: str) -> bool:
    """Whether a text looks drawn by lot.

    That is: somewhere in it are twelve letters and digits or more in a row, of both kinds, that are in both
    cases or change often between the kinds. Words with a number behind them are not.
    """
    for piece in re.findall(r"[A-Za-z0-9]{12,}", value[:5000]):
        runs = len(re.findall(r"\d+|[A-Za-z]+", piece))
        if runs > 1 and (runs > 4 or piece not in (piece.lower(), piece.upper())):
            return True
    return False
