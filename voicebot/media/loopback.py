"""A telephone line inside one process: a bot on one end, a simulated caller or a test on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator

from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.paced import PacedTransport


class Loopback:
    """Two connected ends in real time: ``bot`` is the session's transport, ``caller`` the other end.

    A narrow line carries G.711 mu-law both ways. Make it where an event loop runs; it ends when either end
    hangs up.
    """

    def __init__(self, band: Band, *, clock: MediaClock | None = None, call_id: str = "loopback") -> None:
        clock = clock or MediaClock()
        self.bot = PacedTransport(
            call_id, band, clock, send=self._carry_to_caller, disconnect=self._end_caller
        )
        self._handset = PacedTransport(call_id, band, clock, send=self._carry_to_bot, disconnect=self.bot.end)
        self.caller = LoopbackCaller(self._handset, self.bot)
        self._coded = band is Band.NARROW
        self._answered = False
        self._handset.start()

    def _carry_to_bot(self, pcm: bytes) -> None:
        if not self._answered:
            self._answered = True
            self.bot.start()
        self.bot.receive(self._carried(pcm))

    def _carry_to_caller(self, pcm: bytes) -> None:
        self._handset.receive(self._carried(pcm))

    def _carried(self, pcm: bytes) -> bytes:
        return ulaw_to_pcm(pcm_to_ulaw(pcm)) if self._coded else pcm

    def _end_caller(self) -> None:
        self._handset.end()


class LoopbackCaller:
    """The caller's end of a loopback: what a person with a telephone can do."""

    def __init__(self, handset: PacedTransport, bot: PacedTransport) -> None:
        self._handset = handset
        self._bot = bot

    @property
    def band(self) -> Band:
        """The line's band."""
        return self._handset.band

    def speak(self, pcm: bytes) -> None:
        """Say sound (16-bit mono at the band's rate) after what is still to be said."""
        self._handset.play(pcm)

    def press(self, key: str) -> None:
        """Press a telephone key."""
        self._bot.receive_key(key)

    async def hearing(self) -> AsyncIterator[AudioFrame]:
        """What the bot sends, 20 ms each, silence included, until somebody hangs up."""
        async for sound in self._handset.incoming():
            if isinstance(sound, AudioFrame):
                yield sound

    async def hang_up(self) -> None:
        """End the call from the caller's side."""
        await self._handset.hang_up()
