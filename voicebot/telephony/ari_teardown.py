"""Taking down what was made in Asterisk, whether it can be reached now or later."""

from __future__ import annotations

from contextlib import suppress

import structlog

from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.leg import Leg
from voicebot.telephony.tasks import TaskSet

log = structlog.get_logger()


class AriTeardown:
    """Ends channels and bridges; never fails."""

    def __init__(self, client: AriClient, tasks: TaskSet) -> None:
        self._client = client
        self._tasks = tasks

    async def take_down(self, kind: str, name: str, leg: Leg | None = None, **query: str) -> None:
        """End a channel or a bridge: now, or, holding nobody up, once Asterisk can be asked again.

        That it has ended, ``leg`` is told by its events: until then a line of the trunk is in use.
        """
        if not self._client.connected or not await self._delete(kind, name, leg, query):
            self._tasks.spawn(self._take_down_later(kind, name, leg, query))

    async def _delete(self, kind: str, name: str, leg: Leg | None, query: dict[str, str]) -> bool:
        """Take something down, or find it gone; ``False`` when Asterisk could not be asked."""
        try:
            await self._client.request("DELETE", kind, name, query=query)
        except AriError as error:
            if error.status != 404:
                log.warning("not_deleted", kind=kind, name=name, why=str(error))
            elif leg is not None:
                leg.give_up()
        except AriUnavailableError as error:
            log.warning("not_deleted", kind=kind, name=name, why=str(error))
            return False
        return True

    async def _take_down_later(self, kind: str, name: str, leg: Leg | None, query: dict[str, str]) -> None:
        with suppress(AriUnavailableError):
            await self._client.ready()
            if leg is None or not leg.over:  # that it is gone may be known by now
                await self.take_down(kind, name, leg, **query)
