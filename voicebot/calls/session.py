"""One call from answer to record: the only file where all stations meet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, assert_never

import structlog
from pydantic import BaseModel, ConfigDict, Field

from voicebot.calls.ears import Ears, Heard
from voicebot.calls.journal import (
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerStartedSpeaking,
    CallerTyped,
    CallerWasSilent,
    Concluded,
    HandedOff,
    Journal,
    PromiseKeptOnDisk,
    RecognizerFailed,
    StateEntered,
)
from voicebot.calls.keys import KeyEntry
from voicebot.calls.mouth import Mouth, Prompts
from voicebot.calls.record import CallLog, CallRecord, Latency
from voicebot.calls.stopwatch import ReplyStopwatch
from voicebot.calls.transcript import call_record
from voicebot.dialogue import events
from voicebot.dialogue.actions import Action, Conclude, HandOff, HangUp, Listen, RecordPromise, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.understanding.meaning import Expect
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import SpeechError, StoreError
from voicebot.media.frame import AudioFrame, KeyPressed
from voicebot.media.recording import StereoRecording
from voicebot.media.transport import MediaTransport
from voicebot.stt.recognizer import Recognizer
from voicebot.tts.synthesizer import Voice
from voicebot.turns.events import (
    FalseStart,
    NoInput,
    SpeechSuspected,
    TurnEvent,
    UtteranceEnded,
    UtterancePaused,
    UtteranceResumed,
    UtteranceStarted,
)
from voicebot.turns.timing import TurnTiming
from voicebot.vad.vad import Vad

log = structlog.get_logger(__name__)


class CallSettings(BaseModel):
    """How calls are kept within bounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest_call: float = Field(default=900.0, ge=10.0, le=7200.0)
    """Seconds after which a call is ended whatever is going on."""
    record: bool = True
    """Keep both legs as a stereo WAV (the flow must say so to the caller)."""


@dataclass(frozen=True, slots=True)
class Stations:
    """What every call of the process shares."""

    vad: Vad
    recognizer: Recognizer
    prompts: Prompts
    voices: Mapping[str, Voice]
    """By language."""
    timing: TurnTiming
    call_log: CallLog
    settings: CallSettings
    hand_off: Callable[[str, str, str], Awaitable[bool]]
    """``hand_off(call_id, queue, summary)``: whether a human queue took the caller."""
    recordings: Path | None
    """Folder of the stereo recordings; ``None`` keeps none."""


@dataclass(frozen=True, slots=True)
class _Typed:
    keys: str


_Happening = Heard | _Typed | NoInput | events.CallerHungUp | Exception


class CallSession:
    """Ears, mind and mouth of one call, as three tasks that live and end together."""

    def __init__(self, transport: MediaTransport, conversation: Conversation, stations: Stations) -> None:
        self.journal = Journal()
        self._transport = transport
        self._conversation = conversation
        self._stations = stations
        self._happenings: asyncio.Queue[_Happening] = asyncio.Queue()
        self._keys = KeyEntry()
        self._stopwatch: ReplyStopwatch | None = None
        self._started_at = datetime.now().astimezone()
        self._ended_by: Literal["caller", "bot", "failure"] = "caller"
        self._keypad_only = False
        self._ears = Ears(
            transport.band,
            stations.vad,
            stations.recognizer,
            stations.timing,
            on_turn=self._on_turn,
            is_answer=conversation.answers,
            on_failure=self._happenings.put_nowait,
        )
        self._mouth = Mouth(
            transport,
            stations.prompts,
            stations.voices,
            self.journal,
            on_speaking=self._ears.bot_speaks,
            reply_latency=self._reply_latency,
        )
        self._recording: StereoRecording | None = None

    async def run(self) -> CallRecord:
        """Talk until one side hangs up; what remains of the call is in the call log when this returns."""
        self._answer()
        # Nobody waits for the disk before the greeting; a promise does (its call must be known first).
        self._noted = asyncio.create_task(self._note_start(), name=f"note {self._transport.call_id}")
        try:
            await self._talk()
        finally:
            record = await asyncio.shield(asyncio.ensure_future(self._finish()))
        return record

    # -- beginning and end

    def _answer(self) -> None:
        flow = self._conversation.flow
        self.journal.write(
            CallAnswered(
                0.0,
                self._transport.call_id,
                flow.id,
                flow.version,
                self._conversation.language,
                int(self._transport.band),
                self._started_at,
            )
        )
        structlog.contextvars.bind_contextvars(call_id=self._transport.call_id)
        if self._stations.recordings and self._stations.settings.record:
            path = self._stations.recordings / f"{self._transport.call_id}.wav"
            self._recording = StereoRecording(path, int(self._transport.band))
        self._transport.on_sent = self._on_sent

    async def _note_start(self) -> None:
        flow = self._conversation.flow
        try:
            await self._stations.call_log.call_started(
                self._transport.call_id, flow=flow.id, flow_version=flow.version, started_at=self._started_at
            )
        except StoreError as error:  # the caller is served all the same; a promise would be refused
            log.error("call_not_logged", reason=str(error))

    async def _talk(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                ears = tasks.create_task(self._hear(), name=f"ears {self._transport.call_id}")
                mouth = tasks.create_task(self._mouth.run(), name=f"mouth {self._transport.call_id}")
                await self._converse()
                ears.cancel()
                mouth.cancel()
        except* Exception:
            self._ended_by = "failure"
            log.exception("call_failed")

    async def _finish(self) -> CallRecord:
        self._ears.close()
        self._conclude_if_open()
        self.journal.write(CallEnded(self._ears.now, self._ended_by))
        await self._transport.hang_up()
        if self._recording:
            await self._recording.close()
        record = call_record(self.journal)
        await self._noted
        try:
            await self._stations.call_log.call_ended(record)
        except StoreError as error:
            log.error("call_record_lost", reason=str(error), disposition=record.disposition)
        return record

    def _conclude_if_open(self) -> None:
        """Give a call that broke off its one disposition."""
        if any(isinstance(event, Concluded) for event in self.journal):
            return
        kept = any(isinstance(event, PromiseKeptOnDisk) for event in self.journal)
        if self._ended_by == "failure" and not kept:
            self._note_conclusion(Disposition.TECHNICAL_FAILURE)
            return
        for action in self._conversation.handle(events.CallerHungUp()):
            if isinstance(action, Conclude):
                self._note_conclusion(action.disposition)

    # -- ears

    async def _hear(self) -> None:
        async for sound in self._transport.incoming():
            if isinstance(sound, AudioFrame):
                self._hear_frame(sound)
                if self._ears.now > self._stations.settings.longest_call:
                    log.warning("call_too_long", seconds=self._ears.now)
                    self._ended_by = "bot"
                    break
            else:
                self._hear_key(sound)
        self._happenings.put_nowait(events.CallerHungUp())

    def _hear_frame(self, frame: AudioFrame) -> None:
        self._ears.hear(frame)
        if self._recording:
            self._recording.caller(frame)
        if self._keys.pending and (keys := self._keys.on_time(self._ears.now)):
            self._typed(keys)

    def _hear_key(self, key: KeyPressed) -> None:
        if not self._keys.pending:
            self._mouth.stop()
        if keys := self._keys.press(key.key, key.at):
            self._typed(keys)

    def _typed(self, keys: str) -> None:
        self.journal.write(CallerTyped(self._ears.now, self._keys.started_at, keys))
        self._happenings.put_nowait(_Typed(keys))

    def _on_turn(self, event: TurnEvent, heard: Heard | None) -> None:
        match event:
            case SpeechSuspected():
                self._mouth.hold()
            case FalseStart():
                self._mouth.go_on()
            case UtteranceStarted(at=at, barge_in=barge_in):
                self.journal.write(CallerStartedSpeaking(at, barge_in))
                if barge_in:
                    self._mouth.stop()
            case UtteranceEnded():
                assert heard is not None
                self._utterance_ended(heard)
            case NoInput():
                self._no_input(event)
            case UtterancePaused() | UtteranceResumed():
                pass
            case _:
                assert_never(event)

    def _utterance_ended(self, heard: Heard) -> None:
        if self._keypad_only or self._keys.pending:
            heard.words.cancel()
            return
        endpointing = heard.ended.decided_at - heard.ended.ended_at
        self._stopwatch = ReplyStopwatch(endpointing, self._now())
        self._happenings.put_nowait(heard)

    def _no_input(self, event: NoInput) -> None:
        if not self._keys.pending:
            self.journal.write(CallerWasSilent(event.at))
            self._happenings.put_nowait(event)

    # -- mind

    async def _converse(self) -> None:
        actions: Sequence[Action] = self._conversation.start()
        while await self._perform(actions):
            event = await self._next_event()
            actions = self._conversation.handle(event)
            if self._stopwatch:
                self._stopwatch.meaning(self._now())

    async def _next_event(self) -> events.DialogueEvent:
        match await self._happenings.get():
            case Heard() as heard:
                return await self._recognized(heard)
            case _Typed(keys=keys):
                return events.KeysPressed(keys)
            case NoInput():
                return events.CallerSilent()
            case events.CallerHungUp() as hung_up:
                return hung_up
            case Exception() as failure:
                raise failure

    async def _recognized(self, heard: Heard) -> events.CallerSaid | events.RecognitionFailed:
        try:
            transcript = await heard.words
        except SpeechError as error:
            log.warning("recognition_failed", reason=str(error))
            self.journal.write(RecognizerFailed(self._ears.now, str(error)))
            return events.RecognitionFailed()
        assert self._stopwatch is not None
        stt_ms = self._stopwatch.words(self._now())
        ended = heard.ended
        self.journal.write(
            CallerHeard(
                ended.decided_at,
                ended.started_at,
                ended.ended_at,
                ended.reason.value,
                transcript.text,
                transcript.confidence,
                self._stations.recognizer.name,
                stt_ms,
            )
        )
        return events.CallerSaid(transcript.text, transcript.confidence)

    async def _perform(self, actions: Sequence[Action]) -> bool:
        """Do what the conversation asks; False when the call is over."""
        for action in actions:
            match action:
                case Say():
                    self._mouth.say([action])
                case Listen():
                    self._listen(action)
                case Conclude(disposition=disposition):
                    self._note_conclusion(disposition)
                case RecordPromise(promise=promise):
                    return await self._perform(self._conversation.handle(await self._record(promise)))
                case HandOff():
                    return await self._perform(self._conversation.handle(await self._hand_off(action)))
                case HangUp():
                    await self._mouth.silence()
                    self._ended_by = "bot"
                    return False
                case _:
                    assert_never(action)
        return not self._conversation.finished

    def _listen(self, listen: Listen) -> None:
        self.journal.write(StateEntered(self._ears.now, listen.state))
        self._keypad_only = listen.keypad_only
        self._keys.expect(listen.keys)
        timing = self._stations.timing
        delay = timing.endpointing_digits if Expect.DIGITS in listen.expects else timing.endpointing
        self._ears.listen(listen.context, delay=delay, no_input=listen.no_input)

    async def _record(self, promise: PromiseToPay) -> events.PromiseRecorded | events.PromiseNotRecorded:
        await self._noted
        try:
            await asyncio.shield(self._stations.call_log.record_promise(self._transport.call_id, promise))
        except StoreError as error:
            log.error("promise_not_recorded", reason=str(error))
            return events.PromiseNotRecorded()
        self.journal.write(PromiseKeptOnDisk(self._ears.now, promise))
        return events.PromiseRecorded()

    async def _hand_off(self, to: HandOff) -> events.HandedOff | events.HandOffFailed:
        await self._mouth.silence()
        if await self._stations.hand_off(self._transport.call_id, to.queue, to.summary):
            self.journal.write(HandedOff(self._ears.now, to.queue))
            return events.HandedOff()
        return events.HandOffFailed()

    def _note_conclusion(self, disposition: Disposition) -> None:
        self.journal.write(Concluded(self._ears.now, disposition))

    # -- mouth

    def _on_sent(self, pcm: bytes) -> None:
        self._mouth.sent()
        if self._recording:
            self._recording.bot(pcm)

    def _reply_latency(self) -> Latency | None:
        stopwatch, self._stopwatch = self._stopwatch, None
        return stopwatch.first_sound(self._now()) if stopwatch else None

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
