"""What the dialplan knows, such as how a queue is doing, whether there are calls or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from voicebot.telephony.ari_client import AriClient
from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.own_channels import own_channel


class AriQuestions:
    """Reads variables and functions. ARI reads functions by a channel alone, so each question has one:
    half of a ``Local`` one, which is never dialled, and gone in some milliseconds."""

    def __init__(
        self, client: AriClient, context: str, take_down: Callable[[str, str], Awaitable[None]]
    ) -> None:
        """``context`` is one of the dialplan's: nothing of it is run."""
        self._client = client
        self._context = context
        self._take_down = take_down

    async def ask(self, *names: str) -> dict[str, str]:
        """Read one after the other, such as ``QUEUE_WAITING_COUNT(human)``; what Asterisk does not know is
        left out.

        Raises:
            AriError: it makes no channel to read by.
            AriUnavailableError: it could not be asked.
        """
        app = self._client.settings.app
        channel_id = own_channel(app, "question")
        watch = self._client.watch(channel_id, lambda event: None)
        try:
            place = {"endpoint": f"Local/s@{self._context}", "app": app, "channelId": channel_id}
            await self._client.request("POST", "channels", "create", query=place)
            return await self._values(channel_id, names)
        finally:
            await self._take_down("channels", channel_id)
            watch.close()

    async def _values(self, channel_id: str, names: tuple[str, ...]) -> dict[str, str]:
        values = {}
        for name in names:
            with suppress(AriError):
                answer = await self._client.request(
                    "GET", "channels", channel_id, "variable", query={"variable": name}
                )
                values[name] = str(answer["value"])
        return values
