"""Pictures lose what cameras and programs wrote beside the pixels, and nothing else."""

from __future__ import annotations

import json

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from made_pictures import ADOBE, JFIF, LOOP, PROFILE, TELLING, block, chunk, gif, jpeg, png, segment, webp

from sitegen.picturemeta import without_metadata

EXIF = segment(0xE1, b"Exif\0\0" + TELLING)
SPEC = json.dumps({"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a"}}})

PAIRS = {  # as it was, as it is published
    "png": (
        png(
            chunk(b"gAMA", b"\0\0\xb1\x8f"),
            *(chunk(kind, TELLING) for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"prVt")),
        )
        + TELLING,
        png(chunk(b"gAMA", b"\0\0\xb1\x8f")),
    ),
    "jpeg": (
        jpeg(
            EXIF,
            PROFILE,
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + TELLING),
            segment(0xE2, b"MPF\0" + TELLING),
            segment(0xED, b"Photoshop 3.0\0" + TELLING),
            segment(0xE0, b"JFXX\0" + TELLING),
            ADOBE,
            segment(0xFE, TELLING),
            b"\xff",
            trailer=TELLING,
        ),
        jpeg(PROFILE, ADOBE),
    ),
    "webp": (
        webp((b"EXIF", TELLING), (b"XMP ", TELLING), (b"????", TELLING), flags=0x1C) + TELLING,
        webp(flags=0x10),
    ),
    "gif": (
        gif(
            LOOP,
            b"\x21\xfe" + block(TELLING),
            b"\x21\xff" + bytes([11]) + b"XMP DataXMP" + block(TELLING),
            b"\x21\x01" + block(TELLING),
            trailer=TELLING,
        ),
        gif(LOOP),
    ),
}
EACH = pytest.mark.parametrize(("before", "after"), PAIRS.values(), ids=PAIRS)


@EACH
def test_only_pieces_that_decide_how_a_picture_looks_are_kept(before, after):
    assert TELLING in before

    assert without_metadata(before) == after
    assert TELLING not in after


@EACH
def test_a_picture_that_tells_nothing_stays_the_same_bytes(before, after):
    assert without_metadata(after) is after


@EACH
def test_a_picture_cut_anywhere_is_none_or_tells_nothing(before, after):
    for length in range(12, len(before)):
        cut = without_metadata(before[:length])
        assert cut is None or TELLING[:12] not in cut


@EACH
@given(place=st.floats(0, 1), byte=st.integers(0, 255))
def test_damage_ends_the_walk_and_is_no_error(before, after, place, byte):
    at = 12 + int(place * (len(before) - 13))

    without_metadata(before[:at] + bytes([byte]) + before[at + 1 :])


@pytest.mark.parametrize("data", [b"", b"GIF", b"text", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"II*\0"])
def test_what_is_no_such_picture_is_left_alone(data):
    assert without_metadata(data) is data


def test_a_size_beyond_the_end_and_a_chunk_nobody_knows_are_no_pictures():
    assert without_metadata(png()[:8] + b"\xff\xff\xff\xffIHDR" + bytes(100)) is None
    assert without_metadata(png(chunk(b"XXXX", b"critical"))) is None
    assert without_metadata(b"\xff\xd8\xff\xe1\0\1" + bytes(50)) is None
    assert without_metadata(b"\xff\xd8" + JFIF + b"\0\0") is None
    assert without_metadata(b"\xff\xd8" + b"\xff" * 100_000) is None


def test_pictures_of_a_real_program_come_through_whole():
    drawn = vl_convert.vegalite_to_png(SPEC)
    photo = vl_convert.vegalite_to_jpeg(SPEC)

    assert without_metadata(photo[:2] + EXIF + photo[2:]) == photo
    clean = without_metadata(drawn[:33] + chunk(b"tEXt", TELLING) + drawn[33:])
    assert clean == without_metadata(drawn)
    assert clean is not None
    assert clean.count(b"IDAT") == drawn.count(b"IDAT") > 0
