"""The bot's mind in one call: what happens is told to the conversation, what it asks for is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from voicebot.calls import events as written
from voicebot.calls.answering import AnswerWatch
from voicebot.calls.ears import Ears, Heard
from voicebot.calls.events import (
    CallerHeard,
    CallerInterpreted,
    CallerListened,
    CallerNotUnderstood,
    Concluded,
    HandingOff,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromiseNotKept,
    RecognizerFailed,
    RequestKeptOnDisk,
    RequestNotKept,
    StateEntered,
)
from voicebot.calls.journal import Journal
from voicebot.calls.keys import KeyEntry
from voicebot.calls.matter import Matter
from voicebot.calls.mouth import Mouth
from voicebot.calls.on_record import OnRecord
from voicebot.calls.record import Latency
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.calls.stopwatch import ReplyStopwatch
from voicebot.dialogue import events
from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.dialogue.understanding.interpretation import Asked, Interpretation, Reply
from voicebot.dialogue.understanding.meaning import Expect
from voicebot.disposition import Disposition, PromiseToPay, Request
from voicebot.errors import SpeechError
from voicebot.stt.recognizer import Transcript

log = structlog.get_logger(__name__)

DICTATED = frozenset({Expect.DIGITS, Expect.PHONE})
"""Answers in which people pause."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something of ours failed where nobody could await it; the call ends with it."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Speechless:
    """No voice can be had; the call ends with that where the flow has no way on without one."""

    error: SpeechError


_WRITTEN: dict[type[HandOffEvent], type[written.HandedOff | written.HandOffFailed | written.AgentLeft]] = {
    events.HandedOff: written.HandedOff,
    events.HandOffFailed: written.HandOffFailed,
    events.AgentLeft: written.AgentLeft,
}

Happening = (
    Heard
    | events.KeysPressed
    | events.CallerSilent
    | events.CallerHungUp
    | events.MachineAnswered
    | events.MailboxListens
    | Mistake
    | Speechless
)


class Mind:
    """Follows the conversation from its first words to its end, one happening after the other."""

    def __init__(
        self,
        call_id: str,
        matter: Matter,
        stations: Stations,
        journal: Journal,
        ears: Ears,
        mouth: Mouth,
        keys: KeyEntry,
        on_record: OnRecord,
        answer: AnswerWatch | None,
    ) -> None:
        """``answer`` tells who answered a call that we placed."""
        self._call_id = call_id
        self._conversation = matter.conversation
        self._stations = stations
        self._journal = journal
        self._ears = ears
        self._mouth = mouth
        self._keys = keys
        self._on_record = on_record
        self._answer = answer
        self._happenings: asyncio.Queue[Happening] = asyncio.Queue()
        self._put_back: Happening | None = None
        self._stopwatch: ReplyStopwatch | None = None
        self._caller_left = False
        self._asking: asyncio.Timeout | None = None
        self._speechless: SpeechError | None = None
        self.keypad_only = False
        """Speech is ignored for now: the keypad was asked for."""

    def tell(self, happening: Happening) -> None:
        """Let the conversation know, after all that it was told before."""
        if isinstance(happening, events.CallerHungUp):
            self._caller_left = True
            if self._asking:
                self._asking.reschedule(_now())  # nobody is there to be answered
        if isinstance(happening, Heard):
            endpointing = happening.ended.decided_at - happening.ended.ended_at
            self._stopwatch = ReplyStopwatch(endpointing, happening.decided)
        self._happenings.put_nowait(happening)

    def foresee(self, text: str) -> None:
        """Have the voice begin with the reply to ``text``, which may be all that the caller says."""
        if self._stations.voices[self._conversation.language].takes_time and not self.keypad_only:
            reply = self._conversation.imagine(events.CallerSaid(text))
            self._mouth.prepare(action for action in reply if isinstance(action, Say))

    def reply_latency(self, queued: float) -> Latency | None:
        """Where the time since the caller's last word went, asked at the first sound of the reply, which was
        ``queued`` by the loop's clock; once."""
        stopwatch, self._stopwatch = self._stopwatch, None
        return stopwatch.first_sound(_now(), queued) if stopwatch else None

    async def run(self) -> bool:
        """Converse until the call is over; whether it is the bot that ends it."""
        going_on = await self._perform(self._conversation.start())
        while going_on:
            event = await self._next_event()
            actions = self._told(event)
            if self._speechless and isinstance(event, events.VoiceLost) and not actions:
                raise self._speechless
            if actions and isinstance(event, events.KeysPressed):
                self._mouth.stop()
            elif isinstance(event, events.MachineAnswered) and not _only_waits(actions):
                self._mouth.drop()
            if self._stopwatch:
                self._stopwatch.meaning(_now())
            going_on = await self._perform(actions)
        return not self._caller_left

    # What happens

    def _told(self, event: events.DialogueEvent) -> list[Action]:
        """What the conversation wants done about ``event``; what became of itself goes into the journal."""
        language, no_matches = self._conversation.language, self._conversation.no_matches
        actions = self._conversation.handle(event)
        if self._conversation.language != language:
            self._journal.write(LanguageSwitched(self._ears.now, self._conversation.language))
        if self._conversation.no_matches != no_matches:
            self._journal.write(CallerNotUnderstood(self._ears.now))
        return actions

    async def _next_event(self) -> events.DialogueEvent:
        while True:
            match await self._next_happening():
                case Heard() as heard:
                    if event := await self._words_of(heard):
                        return event
                case Mistake(error=error):
                    raise error
                case Speechless(error=error):
                    self._speechless = error
                    return events.VoiceLost()
                case event:
                    return event

    async def _next_happening(self) -> Happening:
        put_back, self._put_back = self._put_back, None
        return put_back or await self._happenings.get()

    async def _words_of(
        self, heard: Heard
    ) -> events.CallerSaid | events.RecognitionFailed | events.MachineAnswered | None:
        """What the caller's words are to the conversation; ``None`` for a cough."""
        try:
            heard, transcript = await self._whole(heard)
        except SpeechError as error:
            log.warning("recognition_failed", reason=str(error))
            self._journal.write(RecognizerFailed(self._ears.now, str(error)))
            return events.RecognitionFailed()
        text = transcript.text
        if heard.is_murmur(text) or (self._mouth.unheard and self._conversation.only_listens(text)):
            self._let_pass(heard, text)
            return None
        machine = self._answer.said(text) if self._answer else None
        if machine and machine.disposition is Disposition.SCREENED:
            self._note_listener(heard, text)
            return machine
        self._note_words(heard, transcript)
        if machine:
            return machine
        return events.CallerSaid(text, await self._interpreted(text))

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
        if self._happenings.empty() and not self._ears.speaking:
            return None
        happening = await self._next_happening()
        if isinstance(happening, Heard):
            return happening
        self._put_back = happening
        return None

    def _let_pass(self, murmur: Heard, text: str) -> None:
        """Nobody answers a cough: what was asked is still awaited."""
        self._note_listener(murmur, text)
        self._ears.wait_on()

    def _note_listener(self, heard: Heard, text: str) -> None:
        ended, self._stopwatch = heard.ended, None
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
                transcript.engine or self._stations.recognizer.name,
                stt_ms=self._stopwatch.words(_now()) if self._stopwatch else 0.0,
            )
        )

    async def _interpreted(self, text: str) -> Interpretation | None:
        """What somebody else makes of words that mean nothing to us, where anybody may be asked."""
        interpreter = self._stations.interpreter
        question = self._conversation.unclear(text) if interpreter and not self._caller_left else None
        if interpreter is None or question is None:
            return None
        began = _now()
        reply = await self._while_caller_waits(interpreter.interpret(question))
        ms = (_now() - began) * 1000
        self._journal.write(CallerInterpreted(self._ears.now, reply.asked.value, ms, reply.interpretation))
        log.info("interpreter_asked", came_of_it=reply.asked.value, ms=round(ms))
        return reply.interpretation

    async def _while_caller_waits(self, reply: Awaitable[Reply]) -> Reply:
        try:
            async with asyncio.timeout(None) as self._asking:
                return await reply
        except TimeoutError:
            return Reply(Asked.LATE)
        finally:
            self._asking = None

    # What is done about it

    async def _perform(self, actions: Sequence[Action]) -> bool:
        """Do what the conversation asks; whether the call goes on."""
        for action in actions:
            match action:
                case Say():
                    self._mouth.say([action])
                case Listen():
                    self._listen(action)
                case Conclude(disposition=disposition):
                    self._journal.write(Concluded(self._ears.now, disposition))
                case RecordPromise(promise=promise):
                    return await self._perform(self._conversation.handle(await self._promised(promise)))
                case RecordRequest(request=request):
                    return await self._perform(self._conversation.handle(await self._asked_for(request)))
                case HandOff():
                    return await self._hand_off(action)
                case HangUp():
                    await self._mouth.silence()
                case _:
                    assert_never(action)
        return not self._conversation.finished

    def _listen(self, listen: Listen) -> None:
        self._journal.write(StateEntered(self._ears.now, listen.state))
        self.keypad_only = listen.keypad_only
        self._keys.expect(listen.keys)
        delay = self._stations.timing.endpointing_digits if DICTATED & listen.expects else None
        self._ears.listen(listen.context, delay=listen.patience or delay, no_input=listen.no_input)

    # What must be on disk before it is called noted

    async def _promised(self, promise: PromiseToPay) -> events.PromiseRecorded | events.PromiseNotRecorded:
        if await self._on_record.promise(promise):
            self._journal.write(PromiseKeptOnDisk(self._ears.now, promise))
            return events.PromiseRecorded()
        self._journal.write(PromiseNotKept(self._ears.now))
        return events.PromiseNotRecorded()

    async def _asked_for(self, request: Request) -> events.RequestRecorded | events.RequestNotRecorded:
        if await self._on_record.request(request):
            self._journal.write(RequestKeptOnDisk(self._ears.now, request))
            return events.RequestRecorded()
        self._journal.write(RequestNotKept(self._ears.now, request))
        return events.RequestNotRecorded()

    # People

    async def _hand_off(self, to: HandOff) -> bool:
        await self._mouth.silence()
        self._journal.write(HandingOff(self._ears.now, to.queue))
        decided = _now()
        going_on = True
        async for event in self._stations.hand_off(self._call_id, to):
            self._journal.write(_WRITTEN[type(event)](self._ears.now, _now() - decided))
            self._drop_words()
            going_on = await self._perform(self._conversation.handle(event))
            if self._conversation.finished:
                await self._on_record.conclusion()
        return going_on

    def _drop_words(self) -> None:
        """What was said before the caller went away answers no question that is put afterwards."""
        waiting = [self._happenings.get_nowait() for _ in range(self._happenings.qsize())]
        for happening in waiting:
            if isinstance(happening, Heard):
                happening.words.cancel()
            else:
                self._happenings.put_nowait(happening)


def _only_waits(actions: Sequence[Action]) -> bool:
    return bool(actions) and all(isinstance(action, Listen) for action in actions)


def _both(first: Transcript, second: Transcript) -> Transcript:
    text = f"{first.text} {second.text}".strip()
    heard = [one for one in (first, second) if one.text] or [second]
    return replace(second, text=text, confidence=min(one.confidence for one in heard))


def _now() -> float:
    return asyncio.get_running_loop().time()
