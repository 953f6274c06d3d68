"""One file over HTTP, begun anew only where it must be: what has come stays on disk as ``NAME.part``.

Proxies are those of the environment (``https_proxy``, ``no_proxy``), as everywhere on the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import httpx

from voicebot.errors import ModelError
from voicebot.models.files import Watch, sha256_of, unwatched
from voicebot.models.manifest import ModelFile

SILENCE = 60.0
"""Seconds without a byte after which a connection is given up."""
TRIES = 4
"""Connections in a row that may bring nothing."""
BUSY = {408, 425, 429, 500, 502, 503, 504}
"""Answers that mean: later."""


class _CutError(Exception):
    """The connection broke, or was not had; what has come stays."""


def download(
    url: str,
    file: ModelFile,
    to: Path,
    *,
    watch: Watch = unwatched,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Bring ``file`` from ``url`` to ``to``; nothing is done when it is there already.

    Raises:
        ModelError: it cannot be had, or is not what was published.
    """
    if to.exists():
        return
    part = _Part(to.with_name(f"{to.name}.part"))
    _bring(url, file, part, watch, pause)
    if file.size is not None and part.size != file.size:
        raise _wrong(url, part, f"{part.size} bytes instead of {file.size}")
    if file.sha256 and (found := sha256_of(part.path, watch)) != file.sha256:
        raise _wrong(url, part, f"sha256 {found} instead of {file.sha256}")
    part.become(to)


def _bring(url: str, file: ModelFile, part: _Part, watch: Watch, pause: Callable[[float], None]) -> None:
    """Connect as often as it takes, as long as every few connections bring something."""
    tries = 0
    while True:
        had = part.size
        try:
            _connect(url, file, part, watch)
            return
        except _CutError as cut:
            tries = 1 if part.size > had else tries + 1
            if tries == TRIES:
                raise ModelError(
                    f"{url}: {cut}; {part.size} bytes are kept: the same command goes on from there"
                ) from None
        pause(2.0**tries)


def _connect(url: str, file: ModelFile, part: _Part, watch: Watch) -> None:
    headers = part.headers(file)
    try:
        with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=SILENCE) as response:
            if response.is_success:
                _receive(response, url, file, part, watch)
            else:
                _answer(response, url, part)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ModelError(f"{url} is no address to fetch from: {error}") from error
    except httpx.RequestError as error:
        raise _CutError(str(error) or type(error).__name__) from error


def _receive(response: httpx.Response, url: str, file: ModelFile, part: _Part, watch: Watch) -> None:
    goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
    done = part.size if goes_on else 0
    length = response.headers.get("Content-Length")
    total = done + int(length) if length else file.size
    if file.size is not None and total != file.size:
        raise _wrong(url, part, f"{total} bytes instead of {file.size}")
    if not goes_on:
        part.remember(response.headers.get("ETag", ""))
    with part.path.open("ab" if goes_on else "wb") as kept:
        _copy(response, kept, lambda now: watch(part.label, now, total), done)


def _copy(response: httpx.Response, kept: IO[bytes], watch: Callable[[int], None], done: int) -> None:
    watch(done)
    for chunk in response.iter_raw():  # chunks as they come: those of a fixed size are lost when it breaks
        kept.write(chunk)
        done += len(chunk)
        watch(done)


def _answer(response: httpx.Response, url: str, part: _Part) -> None:
    """What a refusal means: nothing is left to fetch, begin anew, try later, or give up."""
    refusal = f"{response.status_code} {response.reason_phrase}"
    if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and part.size:
        if response.headers.get("Content-Range", "").endswith(f"/{part.size}"):
            return
        part.forget()
        raise _CutError("what was kept of it does not fit")
    if response.status_code in BUSY:
        raise _CutError(refusal)
    raise ModelError(
        f"{url}: {refusal}; take it from a mirror (--from URL), or fetch the files on another machine and "
        "voicebot models import FOLDER"
    )


def _wrong(url: str, part: _Part, how: str) -> ModelError:
    part.forget()
    return ModelError(
        f"{url} is not what was published: {how}. Nothing of it was kept; a proxy or a mirror may have "
        "changed it, or the publisher: do not use it before you know"
    )


class _Part:
    """What has come of a file, and of which version of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label = path.stem
        self._version = path.with_name(f"{path.name}.etag")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def headers(self, file: ModelFile) -> dict[str, str]:
        """Asks for the rest, if it can be told that it is the rest of the same file."""
        asked = {"User-Agent": "voicebot", "Accept-Encoding": "identity"}
        version = self._version.read_text() if self._version.exists() else ""
        if version:
            asked["If-Range"] = version
        if self.size and (version or file.sha256):
            asked["Range"] = f"bytes={self.size}-"
        return asked

    def remember(self, version: str) -> None:
        """A weak ETag does not tell one byte from another."""
        self._version.write_text("" if version.startswith("W/") else version)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self._version.unlink(missing_ok=True)

    def become(self, whole: Path) -> None:
        self._version.unlink(missing_ok=True)
        self.path.replace(whole)
