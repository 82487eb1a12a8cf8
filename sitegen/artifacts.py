"""Artifacts: which files of runs are published with their content, and what the pages show of them.

Names, sizes and checksums are on the page of a run always. Of the content, by `SiteConfig.artifacts`:

    none       nothing
    previews   what can be shown and was most likely meant to be: pictures, tables, JSON, Markdown, texts,
               HTML; not hidden files, keys, source code or logs
    all        also source code and logs, and every file as a copy to download; still no hidden files, no keys

Which files fit into the site is decided from their records alone, the newest run's first, so that it does
not depend on what can be read. A run's files are then read when its page is made, one run at a time. One in
which a rule of `sitegen.rules` recognises something is not published, unless the allow-file says so.
Pictures lose what cameras and programs wrote beside them. Copies are named by what they hold, their
extensions come from a list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from logger.records import Artifact, Problem

from . import numbers
from .allow import AllowList, digest_of
from .catalog import Catalog
from .config import SiteConfig
from .encodings import decoded
from .filekinds import Kind, download_extension, is_private, kind_of
from .keeping import Kept
from .keptpreviews import texts_of
from .notes import Picture, Pictures
from .picturemeta import without_metadata
from .previews import (
    ImagePreview,
    MarkupPreview,
    NoPreview,
    Preview,
    ReadTable,
    hidden,
    marked,
    preview_of,
)
from .rules import Match, matches, matches_in_bytes
from .rundata import RunData
from .scan import Finding, place_of
from .urls import Link, Path, artifact, link, run_page

PAGE = 1_500_000  # characters of previews that one page holds

ReadContent: TypeAlias = Callable[
    [RunData, Artifact], bytes | Problem | Preview
]  # a preview where that is all there is
AddFile: TypeAlias = Callable[[Path, bytes], None]
Unpublished: TypeAlias = Literal["", "private", "code", "kind"]
Identity: TypeAlias = Callable[[RunData, Artifact], Hashable | None]  # what changes when a file does

_DAMAGED = (
    "not published: the picture is damaged or cut short, so what programs and cameras wrote beside its pixels"
    " cannot be taken out; save it anew and log it again"
)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """What a build makes of a file's content, wherever it is shown."""

    preview: Preview
    extension: str = ""  # of its copy in the site; "" when it gets none
    data: bytes = b""  # of the copy, which may lack something of the file


@dataclass(frozen=True, slots=True)
class ShownArtifact:
    """A file of a run, and what its page shows of it."""

    item: Artifact
    preview: Preview
    copy: Link  # of its whole content; "" when there is none
    copy_path: Path | None = None  # where that is, from the root of the site
    unpublished: Unpublished = ""  # what of its name keeps its content from being published

    @property
    def is_hidden(self) -> bool:
        """Only its name, size and checksum are published, because nothing else was asked for."""
        return isinstance(self.preview, NoPreview) and not self.preview.reason and not self.copy


def listed_only(run: RunData) -> tuple[ShownArtifact, ...]:
    """The files of a run, without their content."""
    return tuple(ShownArtifact(item, NoPreview(""), Link("")) for item in run.record.artifacts)


def pictures_of(shown: Iterable[ShownArtifact]) -> Pictures:
    """The pictures among the files of a run, by path: those that have a file in the site, and SVGs."""
    found: dict[str, Picture] = {}
    drawings: set[str] = set()
    for one in shown:
        preview = one.preview
        if not isinstance(preview, ImagePreview):
            continue
        if not preview.extension:
            drawings.add(one.item.path)
        elif one.copy and preview.width and preview.height:
            found[one.item.path] = Picture(preview.source, preview.width, preview.height)
    return Pictures(found, frozenset(drawings))


def _illustrated(one: ShownArtifact, pictures: Pictures) -> ShownArtifact:
    """A Markdown file with those of its run's pictures that it names; any other file as it is."""
    preview = one.preview
    if not (isinstance(preview, MarkupPreview) and "![" in preview.source):
        return one
    beside = replace(pictures, folder=one.item.path.rpartition("/")[0])
    return replace(one, preview=marked(preview.source, preview.cut, preview.note, beside))


class ArtifactShelf:
    """Shows the files of runs, one run after the other, and puts copies into the site.

    Args:
        read: reads and checks a file.
        add: puts a file into the site.
        kept: what an earlier build with the same configuration made of files.
        identity: tells whether a file is still the same.
        allowed: what may go out although a rule recognises it.
    """

    def __init__(
        self,
        catalog: Catalog,
        config: SiteConfig,
        read: ReadContent,
        read_table: ReadTable,
        add: AddFile,
        kept: Kept[MadeFile],
        identity: Identity,
        allowed: AllowList,
    ) -> None:
        self._config = config
        self._read = read
        self._read_table = read_table
        self._add = add
        self._kept = kept
        self._identity = identity
        self._fitting = fitting(catalog, config)
        self._added: set[Path] = set()
        self._allowed = allowed
        self._found: dict[tuple[str, str], Finding] = {}

    @property
    def found(self) -> tuple[Finding, ...]:
        """What was recognised in files, which are therefore not published."""
        return tuple(self._found.values())

    def of(self, run: RunData) -> tuple[ShownArtifact, ...]:
        """The files of a run, by path."""
        found = [self._shown(run, item) for item in run.record.artifacts]
        pictures = pictures_of(found)
        shown = []
        left = PAGE
        for one in (_illustrated(each, pictures) for each in found):
            if one.preview.weight > left:
                one = replace(one, preview=NoPreview("not shown: this page holds enough previews"))
            left -= one.preview.weight
            shown.append(one)
        return tuple(shown)

    def _shown(self, run: RunData, item: Artifact) -> ShownArtifact:
        if not is_published(item, self._config):
            why = _unpublished(item.path, self._config)
            return ShownArtifact(item, NoPreview(""), Link(""), unpublished=why)
        if item.size > self._config.artifact_bytes:
            most = numbers.byte_size(self._config.artifact_bytes)
            return ShownArtifact(
                item, NoPreview(f"larger than {most}: its content is not published"), Link("")
            )
        if item.sha256 not in self._fitting:
            most = numbers.byte_size(self._config.artifacts_bytes)
            reason = f"not published: the site holds {most} of newer runs' files already"
            return ShownArtifact(item, NoPreview(reason), Link(""))
        made = self._kept.of(self._identity(run, item), lambda: self._make(run, item), lambda made: True)
        if not made.extension:
            return ShownArtifact(item, made.preview, Link(""))
        path = self._copied(made)
        copy = link(run_page(run.run_id), path)
        if isinstance(made.preview, ImagePreview) and made.preview.extension:
            return ShownArtifact(item, replace(made.preview, source=copy), copy, path)
        return ShownArtifact(item, made.preview, copy, path)

    def _make(self, run: RunData, item: Artifact) -> MadeFile:
        data = self._read(run, item)
        if isinstance(data, Problem):
            return MadeFile(NoPreview(data.what))
        if not isinstance(data, bytes):  # what an earlier site showed of it
            what = self._recognised(run, item, matches("\n".join(texts_of(data))))
            return MadeFile(hidden(what) if what else data)
        kind = _previewed(item.path, self._config)
        extension = item.path.rpartition(".")[2].casefold()

        def suspect(text: str) -> str:
            return self._recognised(run, item, matches(text))

        clean = without_metadata(data)
        if clean is None:
            return MadeFile(NoPreview(_DAMAGED))
        text = decoded(clean)
        what = (
            suspect(text.text) if text is not None else self._recognised(run, item, matches_in_bytes(clean))
        )
        if what:
            return MadeFile(hidden(what))
        preview = preview_of(clean, kind, extension, self._read_table, suspect) if kind else NoPreview("")
        if isinstance(preview, ImagePreview) and preview.extension:
            return MadeFile(preview, preview.extension, clean)
        if self._config.artifacts != "all" or (isinstance(preview, NoPreview) and preview.secret):
            return MadeFile(preview)
        return MadeFile(preview, download_extension(item.path), clean)

    def _recognised(self, run: RunData, item: Artifact, found: Iterable[Match]) -> str:
        """The first of some matches that may not go out, in words; "" when all may.

        What only this machine's user sees may say what is private, but no secret is shown anywhere.
        """
        silent = self._config.is_for_owner
        for match in found:
            rule = match.rule
            digest = digest_of(match.text)
            place = place_of(run.record.experiment, run.run_id, "artifacts", item.path)
            if (silent and not rule.is_secret) or self._allowed.allows(rule.name, digest, place):
                continue
            known = self._found.get((rule.name, digest))
            more = 0 if known is None else known.more + 1
            first = place if known is None else known.place
            self._found[rule.name, digest] = Finding(
                rule.name, rule.words, first, digest, rule.is_secret, more, withheld=True
            )
            return rule.words
        return ""

    def _copied(self, made: MadeFile) -> Path:
        path = artifact(hashlib.sha256(made.data).hexdigest(), made.extension)
        if path not in self._added:
            self._added.add(path)
            self._add(path, made.data)
        return path


def is_published(item: Artifact, config: SiteConfig) -> bool:
    """Whether anything of a file's content may be published, by its name."""
    return config.artifacts != "none" and not _unpublished(item.path, config)


def _unpublished(path: str, config: SiteConfig) -> Unpublished:
    """What of a file's name keeps its content from being published, where that of others is."""
    if is_private(path):
        return "private"
    if config.artifacts == "all" or _previewed(path, config) is not None:
        return ""
    return "kind" if kind_of(path) is None else "code"


def fitting(catalog: Catalog, config: SiteConfig) -> frozenset[str]:
    """The checksums of the files that fit into the site, those of the newest runs first."""
    left = config.artifacts_bytes
    kept: set[str] = set()
    for item in _newest_first(catalog):
        if item.sha256 in kept or not is_published(item, config) or item.size > config.artifact_bytes:
            continue
        if item.size > left:
            break
        left -= item.size
        kept.add(item.sha256)
    return frozenset(kept)


def _newest_first(catalog: Catalog) -> Iterable[Artifact]:
    runs: Sequence[RunData] = [
        run for experiment in catalog.experiments for run in experiment.runs if run.record.artifacts
    ]
    for run in sorted(runs, key=lambda run: (run.record.started, run.run_id), reverse=True):
        yield from run.record.artifacts


def _previewed(path: str, config: SiteConfig) -> Kind | None:
    """The kind of a file that a preview may be made of."""
    kind = kind_of(path)
    if kind == "code" and config.artifacts != "all" and not config.is_for_owner:
        return None
    return kind
