"""Utterances heard by a server while they are spoken."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from contextlib import aclosing

from voicebot.media.frame import AudioFrame
from voicebot.remote.speech import as_speech_error
from voicebot.stt.recognizer import Transcript
from voicebot.stt.sound import Measured, measured
from voicebot.stt.utterances import NOTHING


async def served(
    audio: AsyncIterable[AudioFrame], hear: Callable[[Measured], AsyncGenerator[Transcript, None]]
) -> AsyncIterator[Transcript]:
    """What ``hear`` has a server make of an utterance, from its first frame on, where there is one.

    Raises:
        SpeechServerError: the server gave no words.
    """
    utterance = await measured(audio)
    if utterance is None:
        yield NOTHING
        return
    with as_speech_error():
        async with aclosing(hear(utterance)) as heard:
            async for transcript in heard:
                yield transcript
