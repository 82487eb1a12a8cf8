"""Rules: what secrets and private texts look like. One table, for all that goes out.

A rule is a pattern and, where a pattern alone would take harmless texts, a judge of what it matched. Rules
of secrets are about what opens a door; those of private texts about people, folders and machines. `matches`
is for what users wrote, `censored` for what machines did, `matches_in_bytes` for files that are no text.

Every pattern is bounded, and what marks a rule (its `anchors`) is looked for first, at the speed of `in`: a
hostile text costs no more than its length. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .secretnames import is_harmless, is_random, says_secret

Judge: TypeAlias = "Callable[[re.Match[str]], bool]"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of secret or private text looks like."""

    name: str  # as allow-files and messages have it
    words: str  # what was recognised: "a token of GitHub"
    anchors: tuple[str, ...]  # in small letters; a text without any of them is none of this rule's
    pattern: re.Pattern[str]
    judge: Judge | None = None  # whether what matched is one
    is_secret: bool = True  # else it is merely private
    in_bytes: bool = True  # so peculiar that it means something in a file that is no text, too


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of a text that a rule recognised."""

    rule: Rule
    text: str
    start: int
    end: int


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 1]


def _random(match: re.Match[str]) -> bool:
    return is_random(match["value"])


def _signed_in(match: re.Match[str]) -> bool:
    return match["header"] is not None or is_random(match["value"])


def _login(match: re.Match[str]) -> bool:
    if match["value"] is None:  # `ssh://git@host` names nobody, a user of http is a secret as often as not
        before = match.string[max(0, match.start() - 5) : match.start()].casefold()
        return match["cut"] != "" and before.endswith(("http", "https"))
    return not is_harmless(match["value"])


def _queried(match: re.Match[str]) -> bool:
    loose = match["name"].casefold() in ("key", "code", "token")
    return is_random(match["value"]) if loose else not is_harmless(match["value"])


_LOOSE = frozenset(("token", "auth", "credential", "credentials"))  # words of many harmless names


def _assigned(match: re.Match[str]) -> bool:
    """Whether what is given to a name that says secret is one, and not code or a sentence."""
    value, name = match["quoted"] or match["value"], match["name"].casefold()
    if len(value) < 4 or is_harmless(value):
        return False
    if match["value"] and (says_secret(value) or _after(match) in ("(", "[")):  # a variable, a call: code
        return False
    if name == "pwd" and value[0] in "/~.":  # the folder somebody is in
        return False
    if name in _LOOSE:
        return is_random(value)
    prose = match["value"] and ":" in match["sign"]
    return not (prose and re.fullmatch(r"[a-z]+[.!?]?", value))


def _option(match: re.Match[str]) -> bool:
    if match["name"].casefold() in _LOOSE:
        return is_random(match["value"])
    return not is_harmless(match["value"])


_FILES = re.compile(
    r"png|jpg|jpeg|gif|svg|webp|pdf|html|htm|json|jsonl|yaml|yml|toml|csv|tsv|txt|md|py|ipynb|pt|pth|ckpt|h5"
    r"|npy|npz|pkl|bin|log|zip|gz|tar|onnx|parquet|arrow|safetensors|wav|mp3|mp4|sh|rs|js|ts|cc|so|best|last"
    r"|mean|std|min|max|val|test|train|valid|local|localhost|example|invalid"
)  # what follows the last dot of `image@2x.png`, which is no address
_COUNTRIES = frozenset(("pt", "py", "md", "rs", "sh", "cc", "so"))  # are those of people, too
_UNPERSONAL = ("example.com", "example.org", "example.net", "users.noreply.github.com")


_IN_LOGIN = re.compile(r"://[^\s/@]{0,100}:$")


def _mail(match: re.Match[str]) -> bool:
    if _IN_LOGIN.search(match.string, max(0, match.start() - 120), match.start()):
        return False  # a password of an address, which has a rule of its own
    user, _, domain = match.group().casefold().partition("@")
    if domain.endswith(_UNPERSONAL) or user in ("git", "noreply", "no-reply"):
        return False
    last = domain.rpartition(".")[2]
    if _FILES.fullmatch(last):
        return last in _COUNTRIES and ("." in user or domain.count(".") > 1)
    return True


_NOBODY = re.compile(
    r"runner|ubuntu|user|users|username|name|me|you|someone|shared|public|default|root|app|vscode|jovyan"
    r"|codespace|circleci|gitpod|jenkins|docker|node|data|admin|docs"
)  # whose homes are those of machines and of examples


def _home(match: re.Match[str]) -> bool:
    name = match["name"].casefold()
    return (
        _NOBODY.fullmatch(name) is None
        and re.match(r"[^\W\d_]", name) is not None
        and not name.startswith("index.")
    )


_NUMBERED = re.compile(r"[-\d]")


def _private_host(match: re.Match[str]) -> bool:
    """Whether a name that ends in `.local` or the like is a machine's, and not one in a program."""
    labels = match["cut"].casefold().split(".")
    asked = bool(match["sign"]) or _after(match) == ":"
    marked = any(_NUMBERED.search(label) for label in labels[:-1])
    if labels[-1] == "local":
        return asked or marked
    return asked or marked or len(labels) > 2 or labels[-1] != "internal"


def _private_address(match: re.Match[str]) -> bool:
    """Whether four numbers are a private address; 10.2.10.91 alone may be a version."""
    parts = [int(part) for part in match["cut"].split(".")]
    if max(parts) > 255:
        return False
    port = re.compile(r":\d").match(match.string, match.end()) is not None
    return parts[0] != 10 or bool(match["sign"]) or port


def _rule(
    name: str,
    words: str,
    anchors: str,
    pattern: str,
    judge: Judge | None = None,
    is_secret: bool = True,
    in_bytes: bool = True,
) -> Rule:
    return Rule(name, words, tuple(anchors.split()), re.compile(pattern), judge, is_secret, in_bytes)


_START = r"(?<![A-Za-z0-9])"  # of a token
_SECRET_NAME = (
    r"(?P<name>passw(?:or)?d|passphrase|pwd|secret(?:[-_]?(?:access[-_]?)?key)?|client[-_]?secret"
    r"|(?:api|access|private)[-_]?key|(?:access|auth|api|bearer|refresh)[-_]?token|credentials?|token|auth)"
)
_SECRET_ANCHORS = (
    "passwd password passphrase pwd secret apikey api-key api_key accesskey access-key access_key privatekey"
    " private-key private_key token credential auth"
)

RULES = (
    _rule(
        "private-key",
        "a private key",
        "private putty ls0tls1crudjti",
        # the whole of it, so that an allow-file allows one key and a message keeps none of its lines
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?"
        r"(?:-----(?:[^-]|-(?!----)){0,20000}-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:-----)?(?:(?:\s|\\[nr]){0,8}[A-Za-z0-9+/=]{20,20000}){0,400})"
        r"|PuTTY-User-Key-File-\d(?:(?!PuTTY-User)[\s\S]){0,10000}"
        # the same in base64, as in a kubeconfig: of no kind, RSA, EC and OpenSSH
        r"|LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVEUg)"
        r"[A-Za-z0-9+/=]{0,20000}",
    ),
    _rule("aws-key", "a key of AWS", "akia asia", rf"{_START}(?:AKIA|ASIA)[0-9A-Z]{{16}}(?![A-Za-z0-9])"),
    _rule(
        "github-token",
        "a token of GitHub",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        rf"{_START}(?:gh[pousr]_[A-Za-z0-9]{{36,255}}|github_pat_[A-Za-z0-9_]{{22,255}})",
    ),
    _rule("gitlab-token", "a token of GitLab", "glpat-", rf"{_START}glpat-[A-Za-z0-9_-]{{20,255}}"),
    _rule("huggingface-token", "a token of Hugging Face", "hf_", rf"{_START}hf_[A-Za-z0-9]{{30,255}}"),
    _rule("api-key", "an API key", "sk-", rf"{_START}sk-(?P<value>[A-Za-z0-9_-]{{20,255}})", _random),
    _rule(
        "google-key",
        "a key of Google",
        "aiza ya29.",
        rf"{_START}(?:AIza[0-9A-Za-z_-]{{35}}|ya29\.[0-9A-Za-z_-]{{20,2000}})",
    ),
    _rule("slack-token", "a token of Slack", "xox", rf"{_START}xox[abeprs]-[0-9A-Za-z-]{{10,255}}"),
    _rule(
        "webhook",
        "the address of a webhook",
        "hooks.slack.com /api/webhooks/",
        r"hooks\.slack\.com/services/\w{5,20}/\w{5,20}/\w{8,64}"
        r"|discord(?:app)?\.com/api/webhooks/\d{5,30}/[\w-]{8,100}",
    ),
    _rule("npm-token", "a token of npm", "npm_", rf"{_START}npm_[A-Za-z0-9]{{36}}"),
    _rule("pypi-token", "a token of PyPI", "pypi-agei", rf"{_START}pypi-AgEI[A-Za-z0-9_-]{{20,255}}"),
    _rule(
        "sendgrid-key",
        "a key of SendGrid",
        "sg.",
        rf"{_START}SG\.[A-Za-z0-9_-]{{16,64}}\.[A-Za-z0-9_-]{{16,64}}",
    ),
    _rule(
        "stripe-key",
        "a key of Stripe",
        "sk_live_ sk_test_ rk_live_ rk_test_",
        rf"{_START}[sr]k_(?:live|test)_[A-Za-z0-9]{{16,255}}",
    ),
    _rule(
        "wandb-key",
        "a key of Weights & Biases",
        "wandb",
        r"wandb_v1_[A-Za-z0-9_]{20,255}"
        r"|(?i:wandb)[\w.-]{0,20}[\"']?[\s=:]{1,5}[\"']?[0-9a-f]{40}(?![0-9a-z])",
    ),
    _rule(
        "azure-key",
        "a key of Azure",
        "accountkey= sharedaccesskey= sharedaccesssignature sig=",
        r"(?i:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,255}"
        r"|(?i:SharedAccessSignature)[= ]\S{16,255}|[?&]sig=[A-Za-z0-9%+/_-]{20,255}",
    ),
    _rule(
        "jwt",
        "a JSON web token",
        "eyj",
        rf"{_START}eyJ[A-Za-z0-9_-]{{8,2000}}\.eyJ[A-Za-z0-9_-]{{8,4000}}\.[A-Za-z0-9_-]{{8,2000}}",
    ),
    _rule(
        "auth-header",
        "what a program signs in with",
        "bearer basic",
        rf"{_START}(?P<header>(?i:authorization)[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?)?(?i:bearer|basic)\s{{1,3}}"
        r"(?P<value>[A-Za-z0-9._~+/=-]{8,2000})",
        _signed_in,
        in_bytes=False,
    ),
    _rule(
        "url-login",
        "an address with a user or a password",
        "://",
        r"://(?P<cut>[^\s/:@'\"<>?#]{0,100}(?::(?P<value>[^\s/@'\"<>]{1,200}))?)@[\w\[]",
        _login,
    ),
    _rule(
        "url-secret",
        "an address with a key",
        "token= key= signature= credential= code= password= secret=",
        r"(?i)[?&](?P<name>token|key|signature|x-amz-(?:signature|credential|security-token)|access_token|code"
        r"|password|secret)=(?P<value>[^&\s#'\"<>]{6,2000})",
        _queried,
    ),
    _rule(
        "password",
        "a password or a key",
        _SECRET_ANCHORS,
        rf"(?i){_START}{_SECRET_NAME}(?P<sign>[\"']?\s{{0,3}}[=:]\s{{0,3}})"
        r"(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n]{1,200})(?P=quote)|(?P<value>[^\s'\",;{}\[\]<>()&]{1,200}))",
        _assigned,
        in_bytes=False,
    ),
    _rule(
        "secret-option",
        "an option with a password or a key",
        _SECRET_ANCHORS,
        rf"(?i)(?<![\w-])--?(?:[a-z0-9]{{1,20}}[-_]){{0,3}}{_SECRET_NAME}\s{{1,3}}(?P<value>[^\s-]\S{{3,200}})",
        _option,
        in_bytes=False,
    ),
    _rule(
        "home-path",
        "a folder of a person",
        "/home/ /users/ \\users\\ \\home\\",
        r"(?:(?:(?<![\w./~-])|(?<=file://)|(?<=\s-[A-Z]))(?:/[\w.-]{1,64}){0,4}/(?:home|Users)/"
        r"|\\\\[\w.-]{1,64}\\(?:home|[Uu]sers)\\"
        r"|(?<![A-Za-z0-9])[A-Za-z]:[\\/]{1,2}[Uu]sers[\\/]{1,2})(?P<name>[^\s/\\'\"<>|:*?,;()\[\]{}]{1,64})",
        _home,
        is_secret=False,
    ),
    _rule(
        "mail",
        "a mail address",
        "@",
        r"(?<![\w.%+/@-])[A-Za-z0-9][\w.%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,18}"
        r"(?![\w@-])",
        _mail,
        is_secret=False,
        in_bytes=False,
    ),
    _rule(
        "private-address",
        "an address of a private network",
        "10. 192.168. 172.",
        r"(?P<sign>(?:://|@|(?i:addr(?:ess)?|host|ip|server|node|master|endpoint|url)[\"']?\s{0,3}[=:]"
        r"\s{0,3}[\"']?))?"
        r"(?<![\w.-])(?P<cut>10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})"
        r"(?![\w.]*\w)",
        _private_address,
        is_secret=False,
        in_bytes=False,
    ),
    _rule(
        "private-host",
        "a host of a private network",
        ".internal .corp .local .lan .intranet",
        r"(?P<sign>://|@)?(?<![\w.-])(?P<cut>(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,6}"
        r"(?:internal|corp|local|lan|intranet))(?![\w-])(?!\.\w)",
        _private_host,
        is_secret=False,
        in_bytes=False,
    ),
)
NAMED = Rule("secret-name", "a name that says secret", (), re.compile(r"(?!)"))  # of params: `secretnames`
BY_NAME = {rule.name: rule for rule in (*RULES, NAMED)}

_HINT = re.compile(
    "|".join(re.escape(anchor) for anchor in sorted({one for rule in RULES for one in rule.anchors}))
)


_REDACTED = "[redacted:"
_CLIPPED = re.compile(r"[^\s'\"<>…]{4,2000}…")  # a word of which a message shows the beginning only


_BEGIN_SO = frozenset(  # rules of tokens that are known by how they begin
    f"{name}-token" for name in ("github", "gitlab", "huggingface", "slack", "npm", "pypi")
) | {"api-key", "google-key", "sendgrid-key", "stripe-key", "jwt", "webhook"}
_BEGINNINGS = {anchor: rule for rule in RULES if rule.name in _BEGIN_SO for anchor in rule.anchors}
_BEGINNING = re.compile(rf"{_START}(?i:{'|'.join(map(re.escape, _BEGINNINGS))})")


def _clipped(match: re.Match[str]) -> str:
    """A clipped word up to where a token begins: too little of it may be left for its rule."""
    begun = _BEGINNING.search(match.group())
    if begun is None:
        return match.group()
    return f"{match.group()[: begun.start()]}{redaction(_BEGINNINGS[begun.group().lower()])}…"


def matches(text: str) -> Iterator[Match]:
    """All that the rules recognise in a text, rule by rule."""
    folded = text.casefold() if not text.isascii() else text.lower()
    if _HINT.search(folded) is None:
        return
    for rule in RULES:
        if any(anchor in folded for anchor in rule.anchors):
            yield from _of(rule, text)


def matches_in_bytes(data: bytes) -> Iterator[Match]:
    """What is recognised in a file that is no text; what is packed in it is not seen."""
    text = data.decode("latin-1")
    folded = data.lower().decode("latin-1")
    for rule in RULES:
        if rule.in_bytes and any(anchor in folded for anchor in rule.anchors):
            yield from _of(rule, text)


def censored(text: str, private: bool = True) -> str:
    """A text that a machine wrote, with the name of its rule in place of what is recognised.

    Paths stay, to be shortened (`sitegen.privacy`).

    Args:
        private: what is merely private, too, and not only secrets.
    """
    found = [one for one in matches(text) if one.rule.is_secret or (private and one.rule.name != "home-path")]
    return _CLIPPED.sub(_clipped, without(text, found))


def without(text: str, found: Iterable[Match]) -> str:
    """A text with the name of its rule in place of each match."""
    parts, at = [], 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= at:
            parts += [text[at : one.start], redaction(one.rule)]
        at = max(at, one.end)
    return "".join([*parts, text[at:]])


def redaction(rule: Rule) -> str:
    """What stands where a rule recognised something."""
    return f"{_REDACTED}{rule.name}]"


def _of(rule: Rule, text: str) -> Iterator[Match]:
    """The pieces that a rule is about, without what only tells what they are: `password=`."""
    inner = [name for name in ("cut", "quoted", "value") if name in rule.pattern.groupindex]
    for match in rule.pattern.finditer(text):
        if rule.judge is None or rule.judge(match):
            part: str | int = next((name for name in inner if match[name]), 0)
            if _REDACTED not in match[part]:  # what was taken out before is not taken out again
                yield Match(rule, match[part], match.start(part), match.end(part))
