"""Callers on their way to people: out of our application, into the dialplan, and perhaps back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from voicebot.errors import TelephonyError
from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriUnavailableError
from voicebot.telephony.facts import as_variables
from voicebot.telephony.leg import Leg

log = structlog.get_logger()

BACK: Final = "human"
"""First of the ``Stasis()`` arguments of a caller who comes back from people; QUEUESTATUS is the second."""


class AriPeople:
    """The dialplan's context of human queues."""

    def __init__(self, client: AriClient, context: str) -> None:
        self._client = client
        self._context = context

    async def send(self, leg: Leg, facts: Mapping[str, str]) -> None:
        """Send a caller to a queue and go on hearing of them.

        Raises:
            AriError: Asterisk refused; the caller is still with us, or gone.
            AriUnavailableError: Asterisk could not be asked; the caller is still with us.
        """
        variables = {"variables": as_variables(facts)}
        await self._client.request("POST", "channels", leg.channel_id, "variables", body=variables)
        await self._subscription("POST", leg)
        leg.leave()
        try:
            await self._continue(leg.channel_id)
        except TelephonyError as error:
            if not (isinstance(error, AriUnavailableError) and error.sent):
                leg.stay()
                raise
            # Where the caller is now, the comparison after the reconnect tells.

    async def go_on(self, channel_id: str) -> bool:
        """Leave a caller to people, and hear no more; whether that was possible."""
        try:
            await self._continue(channel_id)
        except TelephonyError as error:
            log.warning("not_passed_on", channel=channel_id, why=str(error))
            return False
        return True

    async def dismiss(self, channel_id: str) -> None:
        """Leave a caller who has come back from people to what the dialplan does next: their call with us is
        over."""
        try:
            await self._client.request("POST", "channels", channel_id, "continue")
        except TelephonyError as error:
            log.warning("not_dismissed", channel=channel_id, why=str(error))

    async def forget(self, leg: Leg) -> None:
        """Hear no more of a caller who is with people."""
        leg.let_go()
        try:
            await self._subscription("DELETE", leg)
        except TelephonyError as error:
            log.info("not_unsubscribed", channel=leg.channel_id, why=str(error))

    async def _continue(self, channel_id: str) -> None:
        place = {"context": self._context, "extension": "s", "priority": "1"}
        await self._client.request("POST", "channels", channel_id, "continue", query=place)

    async def _subscription(self, method: str, leg: Leg) -> None:
        source = {"eventSource": f"channel:{leg.channel_id}"}
        await self._client.request(
            method, "applications", self._client.settings.app, "subscription", query=source
        )
