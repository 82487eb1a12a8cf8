"""File kinds: what a file's name says of how its content may be shown. Lists of what is allowed.

Only passive kinds are shown as they are. What a browser would run (HTML, SVG) gets no address of its own: the
page holds it, and shows it where no script runs. Pure.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["image", "svg", "table", "json", "markdown", "text", "code", "html"]

DOWNLOADED = frozenset(  # extensions a copied file keeps; none of them is run by a browser
    (
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "csv",
        "tsv",
        "json",
        "txt",
        "md",
        "parquet",
        "arrow",
        "npy",
        "npz",
        "zip",
    )
)
OTHER = "bin"  # the extension of all others, which a browser saves

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), "image"),
    "svg": "svg",
    **dict.fromkeys(("csv", "tsv", "parquet", "arrow", "arrows", "feather"), "table"),
    "json": "json",
    **dict.fromkeys(("md", "markdown"), "markdown"),
    **dict.fromkeys(("txt", "text", "yaml", "yml", "toml"), "text"),
    # written for programs or by them: such files tell of folders, machines and accounts
    **dict.fromkeys(("py", "ipynb", "r", "jl", "sh", "sql", "js", "css", "tex"), "code"),
    **dict.fromkeys(("log", "out", "err", "jsonl", "xml", "diff", "patch", "ini", "cfg", "conf"), "code"),
    **dict.fromkeys(("html", "htm"), "html"),
}
_KEYS = frozenset(("pem", "key", "p12", "pfx", "jks", "kdbx", "keystore", "asc", "gpg", "ppk"))
_KEY_NAMES = (
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "secret",
    "credential",
    "password",
    "passwd",
    "netrc",
)


def kind_of(path: str) -> Kind | None:
    """What kind of file a path names; None for one whose content is never shown."""
    return _KINDS.get(_extension(path))


def is_private(path: str) -> bool:
    """Whether a path names what nobody means to publish: hidden files, and what keeps keys and passwords."""
    *folders, name = path.casefold().split("/")
    hidden = any(part.startswith(".") for part in (*folders, name))
    return hidden or _extension(path) in _KEYS or any(word in name for word in _KEY_NAMES)


def download_extension(path: str) -> str:
    """The extension that a copy gets in the site."""
    extension = _extension(path)
    return extension if extension in DOWNLOADED else OTHER


def _extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].casefold() if "." in name else ""
