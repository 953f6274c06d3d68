"""We dial Asterisk, and dial again when the connection is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from voicebot.telephony.ari_connection import MOST_EVENT_BYTES
from voicebot.telephony.ari_errors import AriError, AriRefusedError
from voicebot.telephony.reconnect import Backoff
from voicebot.telephony.settings import AriSettings

log = structlog.get_logger()


class AriDialler:
    """Brings connections about with a back-off between them."""

    def __init__(
        self,
        settings: AriSettings,
        *,
        dice: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._dice = dice
        self._sleep = sleep

    @property
    def advice(self) -> str:
        """What to look at when there is no connection."""
        url = self._settings.url
        return f"no connection to {url}; is Asterisk running, with http.conf and ari.conf enabled?"

    @property
    def port(self) -> int:
        """Asterisk's."""
        return self._settings.port

    async def keep(self, serve: Callable[[Connection], Awaitable[None]]) -> None:
        """Have one connection after the other served, until cancelled.

        Raises:
            AriRefusedError: trying again would not help.
        """
        state = Backoff(self._settings.reconnect)
        while True:
            lived = await self._connect_once(serve)
            state = state.after(lived)
            wait = state.wait_seconds(self._dice())
            log.warning("ari_reconnecting", lived_seconds=round(lived, 1), wait_seconds=round(wait, 2))
            await self._sleep(wait)

    async def _connect_once(self, serve: Callable[[Connection], Awaitable[None]]) -> float:
        """Serve one connection; seconds it lived."""
        loop = asyncio.get_running_loop()
        began = 0.0
        try:
            async with connect(
                self._settings.url,
                additional_headers={"Authorization": self._settings.authorization},
                compression=None,
                proxy=None,  # an Asterisk next door is not behind the proxy of the web
                open_timeout=self._settings.connect_seconds,
                close_timeout=1.0,
                max_size=MOST_EVENT_BYTES,
            ) as socket:
                began = loop.time()
                await serve(socket)
        except InvalidStatus as error:
            self._refused(error.response.status_code)
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed, EOFError) as error:
            self._unreachable(str(error) or type(error).__name__)
        return loop.time() - began if began else 0.0

    def _refused(self, status: int) -> None:
        if status in (401, 403):
            raise AriRefusedError(str(AriError(status, "GET events", "the connection was refused")))
        self._unreachable(f"HTTP {status}: is res_ari loaded?")

    def _unreachable(self, why: str) -> None:
        log.warning("ari_unreachable", url=self._settings.url, why=why)
