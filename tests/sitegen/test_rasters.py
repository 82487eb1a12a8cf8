"""Pictures are what their first bytes say."""

from __future__ import annotations

import struct

import pytest

from sitegen.rasters import MOST_PIXELS, Raster, measured

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30, 20) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 30, 20) + b"\0\0\0"
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    + b"\xff\xff\xc2\0\x11\x08"
    + struct.pack(">HH", 20, 30)
    + b"\3"
)


def webp(chunk: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + chunk + b"\0\0\0\0" + rest


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (PNG, "png"),
        (GIF, "gif"),
        (JPEG, "jpg"),
        (webp(b"VP8X", b"\0\0\0\0" + (29).to_bytes(3, "little") + (19).to_bytes(3, "little")), "webp"),
        (webp(b"VP8L", b"\x2f" + (29 | 19 << 14).to_bytes(4, "little") + b"\0" * 5), "webp"),
        (webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 30, 20)), "webp"),
    ],
)
def test_format_and_size_are_read(data, extension):
    assert measured(data) == Raster(extension, 30, 20)


@pytest.mark.parametrize("data", [PNG, GIF, JPEG], ids=["png", "gif", "jpg"])
def test_a_file_cut_short_is_no_picture_and_no_error(data):
    assert [measured(data[:length]) for length in range(10)] == [None] * 10


@pytest.mark.parametrize(
    "data", [b"", b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"%PDF-1.7"]
)
def test_other_files_are_none_whatever_their_name(data):
    assert measured(data) is None


@pytest.mark.parametrize("size", [(65_000, 65_000), (0, 20), (MOST_PIXELS, 2)])
def test_a_picture_that_claims_no_or_too_many_pixels_is_not_shown(size):
    assert measured(PNG[:16] + struct.pack(">II", *size) + PNG[24:]) is None


def test_segments_of_a_jpeg_that_lead_nowhere_end_the_search():
    assert measured(b"\xff\xd8\xff\xe0\0\0" + b"\xff\xe0\0\0" * 100) is None
    assert measured(b"\xff\xd8\xff" + b"\xff" * 1000) is None
