"""Ways out for callers whom we do not serve, or no longer."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import structlog

from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriUnavailableError
from voicebot.telephony.ari_people import AriPeople
from voicebot.telephony.ari_teardown import AriTeardown
from voicebot.telephony.channel import HangupCause
from voicebot.telephony.leg import Leg

log = structlog.get_logger()


class AriWaysOut:
    """Sends callers on to people, or tells them that all lines are busy; never fails."""

    def __init__(
        self,
        client: AriClient,
        people: AriPeople,
        teardown: AriTeardown,
        excess: Literal["people", "busy"],
    ) -> None:
        """``excess`` is what becomes of a caller for whom there is no place."""
        self._client = client
        self._people = people
        self._teardown = teardown
        self._excess = excess

    async def send_on(self, channel_id: str) -> None:
        """To people; a caller whom that does not help would wait in silence."""
        if not await self._people.go_on(channel_id):
            await self._teardown.take_down("channels", channel_id)

    async def turn_away(self, channel_id: str) -> None:
        """There is no place for this caller."""
        if self._excess == "busy":
            busy = str(int(HangupCause.USER_BUSY))
            await self._teardown.take_down("channels", channel_id, reason_code=busy)
        else:
            await self.send_on(channel_id)

    async def pass_on(self, leg: Leg) -> None:
        """A caller whom we cannot help goes on to people, as soon as Asterisk can be asked."""
        with suppress(AriUnavailableError):
            if not leg.over:
                await self._client.ready()
        if not (leg.over or leg.ringing) and await self._people.go_on(leg.channel_id):
            log.warning("passed_on", channel=leg.channel_id)
            leg.give_up()
