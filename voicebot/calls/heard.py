"""An utterance on its way to words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import NamedTuple

from voicebot.stt.recognizer import Transcript
from voicebot.turns.events import UtteranceEnded

MURMUR = 1.0
"""Seconds of sound up to which one without words is a cough; a longer one is something not understood."""


class Heard(NamedTuple):
    """What the caller said, its words to come."""

    ended: UtteranceEnded
    words: asyncio.Task[Transcript]
    """Fails with SpeechError when no words could be had."""
    decided: float
    """The event loop's time at the endpoint."""

    def followed_by(self, more: Heard) -> Heard:
        """Both as one utterance."""
        return more._replace(ended=replace(more.ended, started_at=self.ended.started_at))

    def is_murmur(self, text: str) -> bool:
        """Whether, its words being ``text``, it was a cough: nothing that wants an answer."""
        return not text and self.ended.ended_at - self.ended.started_at <= MURMUR
