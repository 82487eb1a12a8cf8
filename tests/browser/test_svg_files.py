"""SVG files of runs: what is said to be no drawing is none to the browser either, and the other way round."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

from sitegen.drawings import LARGEST, in_utf8, undrawn

_NAMESPACE = "http://www.w3.org/2000/svg"
_OPEN = f'<svg xmlns="{_NAMESPACE}" width="9" height="9">'
_DOCTYPE = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)

DRAWN = [
    f"{_OPEN}<rect/></svg>".encode(),
    f"\n{_OPEN}</svg>\n<!-- the end -->".encode(),
    f"\ufeff{_OPEN}<text>ä</text></svg>".encode(),
    f"{_OPEN}<text>ä</text></svg>".encode("utf-16"),
    f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>{_DOCTYPE}{_OPEN}</svg>'.encode(),
    f'<s:svg xmlns:s="{_NAMESPACE}" width="9" height="9"/>'.encode(),
    f'{_OPEN}<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/></svg>'.encode(),
    f'{_OPEN}<path d="{"M0 0" * 20_000}"/></svg>'.encode(),
]
UNDRAWN = [
    b"<svg><rect",
    b"no picture",
    b'<svg width="9" height="9"><rect/></svg>',
    f"{_OPEN}<rect></svg>".encode(),
    f"{_OPEN}<rect/>".encode(),
    f"{_OPEN}</svg>more".encode(),
    f"<html>{_OPEN}</svg></html>".encode(),
    f'{_OPEN}<use xlink:href="#a"/></svg>'.encode(),
    f"{_OPEN}<text>&nbsp;</text></svg>".encode(),
    f"{_DOCTYPE}{_OPEN}<text>&nbsp;</text></svg>".encode(),
    f"{_OPEN}<text>ä</text></svg>".encode("latin-1"),
    f'<?xml version="1.0" encoding="ISO-8859-1"?>{_OPEN}<text>ä</text></svg>'.encode("latin-1"),
    f'\n<?xml version="1.0"?>{_OPEN}</svg>'.encode(),
]


def drawn(page: Page, data: bytes) -> bool:
    """Whether the browser shows a file as an image."""
    loading = """(source) => new Promise((done) => {
      const image = new Image();
      image.onload = () => done(true);
      image.onerror = () => done(false);
      image.src = source;
    })"""
    return bool(page.evaluate(loading, f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}"))


def test_a_file_is_a_drawing_where_the_browser_draws_it(browser):
    page = browser.new_page()

    assert [data for data in DRAWN if not drawn(page, data)] == []
    assert [undrawn(data) for data in DRAWN] == [""] * len(DRAWN)
    assert [data for data in UNDRAWN if drawn(page, data)] == []
    assert [data for data in UNDRAWN if not undrawn(data)] == []
    page.close()


def test_a_file_that_keeps_to_the_encoding_it_declares_is_drawn_once_it_is_in_utf8(browser):
    page = browser.new_page()
    declaring = f'<?xml version="1.0" encoding="%s" ?>{_OPEN}<text>жä€</text></svg>'
    files = [
        (declaring % encoding).encode(encoding, "ignore")
        for encoding in ("ISO-8859-1", "iso-8859-15", "windows-1252", "windows-1251", "KOI8-R")
    ]

    for data in files:
        assert undrawn(data)
        assert undrawn(in_utf8(data)) == ""
        assert drawn(page, in_utf8(data))
    texts = [in_utf8(data).decode().partition("<text>")[2].partition("</text>")[0] for data in files]
    assert texts == ["ä", "ä€", "ä€", "ж€", "ж"]
    page.close()


def test_a_file_that_is_in_utf8_or_declares_what_it_is_not_stays_as_it_is():
    for encoding in ("utf-7", "unicode_escape", "iso-8859-99", "ISO-8859-1"):
        data = f'<?xml version="1.0" encoding="{encoding}"?>{_OPEN}<text>+AGE- ä</text></svg>'.encode()
        assert in_utf8(data) == data
    for data in (UNDRAWN[10], f'<?xml encoding="iso-8859-12"?>{_OPEN}\xe4'.encode("latin-1"), *DRAWN):
        assert in_utf8(data) == data


def test_drawings_that_are_too_much_are_none():
    entities = f'<!DOCTYPE svg [<!ENTITY a "much">]>{_OPEN}<text>&a;</text></svg>'.encode()

    assert undrawn(entities) == "it defines entities"
    assert undrawn(DRAWN[0] + b" " * LARGEST) == "it is larger than 262 kB"
