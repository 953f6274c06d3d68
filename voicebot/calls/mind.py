"""The bot's mind in one call: what happens is told to the conversation, what it asks for is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import assert_never

from voicebot.calls import events as written
from voicebot.calls.answering import AnswerWatch
from voicebot.calls.caller_words import CallerWords
from voicebot.calls.ears import Ears
from voicebot.calls.events import (
    CallerNotUnderstood,
    Concluded,
    HandingOff,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromiseNotKept,
    RequestKeptOnDisk,
    RequestNotKept,
    StateEntered,
)
from voicebot.calls.happenings import Happening, Happenings, Mistake, Speechless
from voicebot.calls.heard import Heard
from voicebot.calls.journal import Journal
from voicebot.calls.keys import KeyEntry
from voicebot.calls.matter import Matter
from voicebot.calls.mouth import Mouth
from voicebot.calls.on_record import OnRecord
from voicebot.calls.record import Latency
from voicebot.calls.second_opinion import SecondOpinion
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
from voicebot.dialogue.understanding.meaning import Expect
from voicebot.disposition import PromiseToPay, Request
from voicebot.errors import SpeechError

DICTATED = frozenset({Expect.DIGITS, Expect.PHONE})
"""Answers in which people pause."""


_WRITTEN: dict[type[HandOffEvent], type[written.HandedOff | written.HandOffFailed | written.AgentLeft]] = {
    events.HandedOff: written.HandedOff,
    events.HandOffFailed: written.HandOffFailed,
    events.AgentLeft: written.AgentLeft,
}


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
        self._happenings = Happenings()
        self._stopwatch = ReplyStopwatch()
        self._second_opinion = SecondOpinion(
            stations.interpreter, matter.conversation, journal, now=lambda: ears.now
        )
        self._caller_words = CallerWords(
            matter.conversation,
            journal,
            ears,
            mouth,
            self._happenings,
            self._stopwatch,
            self._second_opinion,
            answer,
            stations.recognizer.name,
        )
        self._caller_left = False
        self._speechless: SpeechError | None = None
        self.keypad_only = False
        """Speech is ignored for now: the keypad was asked for."""

    def tell(self, happening: Happening) -> None:
        """Let the conversation know, after all that it was told before."""
        if isinstance(happening, events.CallerHungUp):
            self._caller_left = True
            self._second_opinion.caller_left()
        if isinstance(happening, Heard):
            endpointing = happening.ended.decided_at - happening.ended.ended_at
            self._stopwatch.start(endpointing, happening.decided)
        self._happenings.put(happening)

    def foresee(self, text: str) -> None:
        """Have the voice begin with the reply to ``text``, which may be all that the caller says."""
        if self._stations.voices[self._conversation.language].takes_time and not self.keypad_only:
            reply = self._conversation.imagine(events.CallerSaid(text))
            self._mouth.prepare(action for action in reply if isinstance(action, Say))

    def reply_latency(self, queued: float) -> Latency | None:
        """Where the time since the caller's last word went, asked at the first sound of the reply, which was
        ``queued`` by the loop's clock; once."""
        return self._stopwatch.first_sound(_now(), queued)

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
            match await self._happenings.take():
                case Heard() as heard:
                    if event := await self._caller_words.told(heard):
                        return event
                case Mistake(error=error):
                    raise error
                case Speechless(error=error):
                    self._speechless = error
                    return events.VoiceLost()
                case event:
                    return event

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
            self._happenings.drop_words()  # they answer no question that is put afterwards
            going_on = await self._perform(self._conversation.handle(event))
            if self._conversation.finished:
                await self._on_record.conclusion()
        return going_on


def _only_waits(actions: Sequence[Action]) -> bool:
    return bool(actions) and all(isinstance(action, Listen) for action in actions)


def _now() -> float:
    return asyncio.get_running_loop().time()
