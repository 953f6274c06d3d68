"""Requests to one HTTP server, over connections that stay open between them.

Proxies are those of the environment (``https_proxy``, ``no_proxy``), except to this machine itself. A request
that is cancelled takes its connection with it: nothing of it goes on behind the back of a call.
"""

from __future__ import annotations

import ssl
from contextlib import aclosing
from typing import Any, NamedTuple

import httpx

from voicebot.errors import RemoteError
from voicebot.remote.address import host_of

LONGEST_ANSWER = 1 << 20
"""Bytes of an answer that is text."""
IDLE_SECONDS = 60.0
"""How long a connection that nobody needs stays open."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    body: bytes
    retry_after: float
    """Seconds that the server asks to be left alone; 0 when it does not."""


class HttpServer:
    """The API under one address, for all calls of the process.

    Each request takes as long as its asker waits.
    """

    def __init__(
        self,
        base_url: str,
        key: str = "",
        *,
        connect_timeout: float | None = None,
        longest_answer: int = LONGEST_ANSWER,
    ) -> None:
        """``key`` is the bearer token, empty for none; times are in seconds, lengths in bytes."""
        self.host = host_of(base_url)
        self._base_url = base_url
        self._longest = longest_answer
        self._client = httpx.AsyncClient(
            headers=_headers(key),
            verify=ssl.create_default_context(),
            timeout=httpx.Timeout(None, connect=connect_timeout),
            limits=httpx.Limits(keepalive_expiry=IDLE_SECONDS),
            mounts={f"all://{host}": None for host in _THIS_MACHINE},
        )

    async def get(self, path: str) -> Answer:
        """What is at ``path``.

        Raises:
            RemoteError: there is no answer, or it is no HTTP.
        """
        return await self._ask("GET", path)

    async def post(self, path: str, **content: Any) -> Answer:
        """The answer to ``json=``, or to ``data=`` and ``files=`` of a form.

        Raises:
            RemoteError: there is none, or it is no HTTP.
        """
        return await self._ask("POST", path, **content)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, **content: Any) -> Answer:
        try:
            response = await self._sent(method, f"{self._base_url}{path}", **content)
            async with aclosing(response):
                body = await self._read(response)
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise RemoteError(f"{self.host} does not answer: {error or type(error).__name__}") from error
        return Answer(response.status_code, body, retry_after(response.headers.get("Retry-After", "")))

    async def _read(self, response: httpx.Response) -> bytes:
        if int(response.headers.get("Content-Length", 0)) > self._longest:
            raise ValueError("an answer of such a length is none")
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._longest:
                raise ValueError("its answer does not end")
        return bytes(body)

    async def _sent(self, method: str, url: str, **content: Any) -> httpx.Response:
        try:
            return await self._client.send(self._client.build_request(method, url, **content), stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # Most likely the server had closed an idle connection meanwhile: the next one is a fresh one.
            return await self._client.send(self._client.build_request(method, url, **content), stream=True)


def _headers(key: str) -> dict[bytes, bytes]:
    # As bytes: an odd character in a key is the server's to refuse, and no traceback's to show.
    authorization = {b"Authorization": f"Bearer {key}".encode()} if key else {}
    return {b"User-Agent": b"voicebot", **authorization}


def retry_after(header: str) -> float:
    """Seconds that a server asks to be left alone in the header of this name; 0 for none.

    APIs say seconds; the calendar date that HTTP also allows counts as nothing said.
    """
    return float(header) if header.isdecimal() else 0.0
