"""From what the caller says to what the conversation is told of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from voicebot.calls.answering import AnswerWatch
from voicebot.calls.ears import Ears
from voicebot.calls.events import CallerHeard, CallerListened, RecognizerFailed
from voicebot.calls.happenings import Happenings
from voicebot.calls.heard import Heard
from voicebot.calls.journal import Journal
from voicebot.calls.mouth import Mouth
from voicebot.calls.second_opinion import SecondOpinion
from voicebot.calls.stopwatch import ReplyStopwatch
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid, MachineAnswered, RecognitionFailed
from voicebot.disposition import Disposition
from voicebot.errors import SpeechError
from voicebot.stt.recognizer import Transcript

log = structlog.get_logger(__name__)


class CallerWords:
    """Waits for the words of an utterance, and knows whose they are and whether they want an answer."""

    def __init__(
        self,
        conversation: Conversation,
        journal: Journal,
        ears: Ears,
        mouth: Mouth,
        happenings: Happenings,
        stopwatch: ReplyStopwatch,
        second_opinion: SecondOpinion,
        answer: AnswerWatch | None,
        engine: str,
    ) -> None:
        """``engine`` is the recogniser's name, for transcripts that tell none."""
        self._conversation = conversation
        self._journal = journal
        self._ears = ears
        self._mouth = mouth
        self._happenings = happenings
        self._stopwatch = stopwatch
        self._second_opinion = second_opinion
        self._answer = answer
        self._engine = engine

    async def told(self, heard: Heard) -> CallerSaid | RecognitionFailed | MachineAnswered | None:
        """What the caller's words are to the conversation; ``None`` for a cough."""
        try:
            heard, transcript = await self._whole(heard)
        except SpeechError as error:
            log.warning("recognition_failed", reason=str(error))
            self._journal.write(RecognizerFailed(self._ears.now, str(error)))
            return RecognitionFailed()
        text = transcript.text
        if heard.is_murmur(text) or (self._mouth.unheard and self._conversation.only_listens(text)):
            self._let_pass(heard, text)
            return None
        machine = self._answer.said(text) if self._answer else None
        if machine and machine.disposition is Disposition.SCREENED:
            self._note_listener(heard, text)
            return machine
        self._note_words(heard, transcript)
        return machine or CallerSaid(text, await self._second_opinion.on(text))

    async def _whole(self, heard: Heard) -> tuple[Heard, Transcript]:
        """The utterance and its words, with what the caller added before they could be answered.

        Raises:
            SpeechError: nobody could tell the words of the last part.
        """
        transcript = await heard.words
        while more := await self._added():
            heard, transcript = heard.followed_by(more), _both(transcript, await more.words)
        return heard, transcript

    async def _added(self) -> Heard | None:
        """What the caller went on to say, or is saying, while the words before it were on their way."""
        return await self._happenings.take_words() if self._happenings or self._ears.speaking else None

    def _let_pass(self, murmur: Heard, text: str) -> None:
        """Nobody answers a cough: what was asked is still awaited."""
        self._note_listener(murmur, text)
        self._ears.wait_on()

    def _note_listener(self, heard: Heard, text: str) -> None:
        self._stopwatch.drop()
        ended = heard.ended
        self._journal.write(CallerListened(ended.decided_at, ended.started_at, ended.ended_at, text))

    def _note_words(self, heard: Heard, transcript: Transcript) -> None:
        ended = heard.ended
        self._journal.write(
            CallerHeard(
                ended.decided_at,
                ended.started_at,
                ended.ended_at,
                ended.reason.value,
                transcript.text,
                transcript.confidence,
                transcript.engine or self._engine,
                stt_ms=self._stopwatch.words(asyncio.get_running_loop().time()),
            )
        )


def _both(first: Transcript, second: Transcript) -> Transcript:
    text = f"{first.text} {second.text}".strip()
    heard = [one for one in (first, second) if one.text] or [second]
    return replace(second, text=text, confidence=min(one.confidence for one in heard))
