"""Fetching: files of a published site by its address. Nothing but files below that address is asked for.

A file that is not there is `NotThere`; whatever else goes wrong is `NotFetched`, so that a server that is
down for a moment is never taken for a site that does not exist yet. Sizes are bounded, silence is too, a
redirect that leads away from the address is not followed.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO
from urllib.parse import urlsplit, urlunsplit

_SILENCE = 30.0  # seconds
_TRIES = 3
_GONE = frozenset((404, 410))
_PASSING = frozenset((429, 500, 502, 503, 504))


class NotThere(Exception):
    """There is no such file."""


class NotFetched(Exception):
    """A file could not be had. Says why, in words."""


class WebSite:
    """Files below an address.

    Args:
        address: of the site: http or https.
    Raises: NotFetched: it is no address of a site.
    """

    def __init__(self, address: str, wait: Callable[[float], None] = time.sleep) -> None:
        self.base = base_of(address)
        self._wait = wait
        self._opener = urllib.request.OpenerDirector()
        handlers = (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Staying(self.base),
        )
        for handler in handlers:  # none for file: and ftp:, whatever a server says
            self._opener.add_handler(handler)

    def fetch(self, path: str, most: int, newest: bool = False) -> bytes:
        """The content of a file.

        Args:
            path: from the root of the site.
            most: bytes.
            newest: not from the memory of a server between, which may be some minutes old.
        Raises: NotThere, NotFetched.
        """
        address = f"{self.base}{path}" + (f"?{time.time_ns()}" if newest else "")
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(address, path, most)
            except _Passing as error:
                if attempt == _TRIES:
                    raise NotFetched(str(error)) from None
                self._wait(attempt)
        raise AssertionError("unreachable")

    def _once(self, address: str, path: str, most: int) -> bytes:
        request = urllib.request.Request(address, headers={"User-Agent": "runfolio"})
        try:
            with self._opener.open(request, timeout=_SILENCE) as answer:
                content: bytes = answer.read(most + 1)
                promised = answer.headers.get("Content-Length", "")
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in _GONE:
                raise NotThere(path) from None
            words = f"{self.base}{path} could not be had: the server said {error.code}"
            raise (_Passing(words) if error.code in _PASSING else NotFetched(words)) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise _Passing(f"{self.base}{path} could not be had: {reason}") from None
        if len(content) > most:
            raise NotFetched(f"{self.base}{path} has more than {most:,} bytes")
        if promised.isdecimal() and len(content) < int(promised):
            raise _Passing(f"{self.base}{path} ended after {len(content):,} of {promised} bytes")
        return content


def base_of(address: str) -> str:
    """The address below which the files of a site lie, with "/" at its end.

    Raises: NotFetched: it is none, or holds a password.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https"):
        raise NotFetched(f"{address!r} is no address of a site: http://… or https://…")
    if "@" in parts.netloc:
        raise NotFetched(f"the address of a site at {host} holds a login, which would end up in logs")
    path = parts.path.removesuffix("index.html")
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else f"{path}/", "", ""))


class _Passing(Exception):
    """Something that may be over in a moment."""


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only below the address that was given."""

    def __init__(self, base: str) -> None:
        self._base = base

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith(self._base) or "/../" in newurl:
            fp.close()
            raise NotFetched(
                f"{self._base} leads to {newurl[:200]}, which is not followed: name that address"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)
