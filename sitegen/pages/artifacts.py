"""The files of a run as its page shows them: pictures, by step where they have one; then all files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import numbers
from ..artifacts import ShownArtifact, Unpublished
from ..imageseries import image_series
from ..previews import ImagePreview, NoPreview, Preview
from ..urls import Link

_UNPUBLISHED: Mapping[Unpublished, str] = {
    "": "",
    "private": "hidden, or named after a key or password",
    "code": "source code, log or file of a program",
    "kind": "of no kind that is shown",
}


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a run."""

    path: str
    step: int | None
    source: Link
    width: int | None  # pixels
    height: int | None


@dataclass(frozen=True, slots=True)
class GalleryView:
    """Pictures of one thing by step, or one picture."""

    name: str
    pictures: tuple[PictureView, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a run."""

    folder: str  # with "/" at its end; "" at the top
    name: str
    path: str
    size: str
    sha256: str
    preview: Preview
    copy: Link  # "" when its content is not in the site
    remark: str  # why its content is not shown; "" where it is, and where that is said of all


@dataclass(frozen=True, slots=True)
class ArtifactsView:
    """All files of a run."""

    galleries: tuple[GalleryView, ...]
    files: tuple[FileView, ...]
    size: str  # of all
    hidden: int  # files of which only the name is published
    more: bool  # `--artifacts all` would publish more


def artifacts_view(shown: Sequence[ShownArtifact]) -> ArtifactsView:
    """The files of a run, by path."""
    pictures = {one.item.path: one.preview for one in shown if isinstance(one.preview, ImagePreview)}
    files = []
    for one in shown:
        folder, slash, name = one.item.path.rpartition("/")
        reason = one.preview.reason if isinstance(one.preview, NoPreview) else ""
        files.append(
            FileView(
                folder + slash,
                name,
                one.item.path,
                numbers.byte_size(one.item.size),
                one.item.sha256,
                one.preview,
                one.copy,
                reason or _UNPUBLISHED[one.unpublished],
            )
        )
    return ArtifactsView(
        galleries=tuple(
            GalleryView(
                series.name,
                tuple(
                    PictureView(
                        path, step, pictures[path].source, pictures[path].width, pictures[path].height
                    )
                    for step, path in series.pictures
                ),
            )
            for series in image_series(pictures)
        ),
        files=tuple(files),
        size=numbers.byte_size(sum(one.item.size for one in shown)),
        hidden=sum(1 for one in shown if one.is_hidden),
        more=any(one.unpublished in ("code", "kind") for one in shown),
    )
