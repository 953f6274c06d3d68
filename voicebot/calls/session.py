"""One call from answer to record: the only file where all stations meet."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Literal, assert_never

import structlog

from voicebot.calls.answering import AnswerWatch
from voicebot.calls.ears import Ears
from voicebot.calls.events import (
    CallAnswered,
    CallEnded,
    CallerStartedSpeaking,
    CallerTyped,
    CallerWasSilent,
    CallEvent,
    Concluded,
    PromiseKeptOnDisk,
    RequestKeptOnDisk,
)
from voicebot.calls.floor import Floor
from voicebot.calls.happenings import Mistake, Speechless
from voicebot.calls.heard import Heard
from voicebot.calls.journal import Journal
from voicebot.calls.keys import KeyEntry
from voicebot.calls.matter import Matter
from voicebot.calls.mind import Mind
from voicebot.calls.mouth import Mouth
from voicebot.calls.on_record import OnRecord
from voicebot.calls.record import CallRecord
from voicebot.calls.stations import Stations
from voicebot.dialogue import events
from voicebot.dialogue.actions import Conclude
from voicebot.disposition import REQUEST_OF, Disposition
from voicebot.media.frame import AudioFrame, KeyPressed
from voicebot.media.recording import StereoRecording
from voicebot.media.transport import MediaTransport
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

log = structlog.get_logger(__name__)


class CallSession:
    """Ears, mind and mouth of one call, as three tasks that live and end together.

    Make it where an event loop runs; ``run`` it once.
    """

    def __init__(self, transport: MediaTransport, matter: Matter, stations: Stations) -> None:
        self.journal = Journal()
        stations.on_call(self.journal)
        self._transport = transport
        self._matter = matter
        self._conversation = conversation = matter.conversation
        conversation.speak_only(stations.voices.keys() - stations.not_heard)
        self._stations = stations
        self._started_at = datetime.now().astimezone()
        self._ended_by: Literal["caller", "bot", "failure"] = "caller"
        self._keys = KeyEntry()
        self._keys_early = False
        self._ears = Ears(
            transport.band,
            stations.vad,
            stations.recognizer,
            stations.timing,
            on_turn=self._on_turn,
            grasp=conversation,
            foresee=lambda text: self._mind.foresee(text),
            on_failure=lambda error: self._mind.tell(Mistake(error)),
            end_of_turn=stations.end_of_turn,
            on_voice=lambda activity: self._watch.listen(activity) if self._watch else None,
        )
        self._mouth = Mouth(
            transport,
            stations.prompts,
            stations.voices,
            self.journal,
            on_speaking=self._ears.bot_speaks,
            caller_speaks=lambda: self._ears.speaking and not conversation.finished,
            reply_latency=lambda queued: self._mind.reply_latency(queued),
            on_failure=lambda error: self._mind.tell(Speechless(error)),
            now=lambda: self._ears.now,
        )
        self._on_record = OnRecord(
            transport.call_id, matter, stations.call_log, self.journal, self._started_at
        )
        self._watch = self._watch_answer()
        self._mind = Mind(
            transport.call_id,
            matter,
            stations,
            self.journal,
            self._ears,
            self._mouth,
            self._keys,
            self._on_record,
            self._watch,
        )
        self._floor = Floor(
            self._mouth,
            conversation,
            self.journal,
            longest=stations.timing.backchannel,
            on_turn=self._mind.tell,
            on_no_turn=self._ears.wait_on,
            on_failure=lambda error: self._mind.tell(Mistake(error)),
        )
        self._recording = self._open_recording()

    @property
    def failed(self) -> bool:
        """Something of ours ended the call, and the line was left up."""
        return self._ended_by == "failure"

    async def run(self) -> CallRecord:
        """Talk until one side hangs up; what remains of the call is in the call log when this returns."""
        structlog.contextvars.bind_contextvars(call_id=self._transport.call_id)
        self._answer()
        try:
            await self._talk()
        except asyncio.CancelledError:  # the process is being stopped
            self._ended_by = "bot"
            raise
        finally:
            record = await asyncio.shield(asyncio.ensure_future(self._finish()))
        return record

    # Beginning and end

    def _watch_answer(self) -> AnswerWatch | None:
        """Whoever calls us is a person."""
        if self._matter.direction == "inbound" or not self._stations.settings.machines:
            return None
        return AnswerWatch(
            self._ears,
            self.journal,
            self._conversation.language,
            on_machine=lambda machine: self._mind.tell(machine),
        )

    def _open_recording(self) -> StereoRecording | None:
        if self._stations.recordings is None or not self._stations.settings.record:
            return None
        path = self._stations.recordings / f"{self._transport.call_id}.wav"
        return StereoRecording(path, int(self._transport.band))

    def _answer(self) -> None:
        flow, language = self._conversation.flow, self._conversation.language
        call_id, band = self._transport.call_id, int(self._transport.band)
        self.journal.write(
            CallAnswered(
                *(0.0, call_id, flow.id, flow.version, language, band, self._started_at),
                *(self._matter.direction, self._matter.account_id, self._conversation.today),
            )
        )
        self._transport.on_sent = self._on_sent

    async def _talk(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                ears = tasks.create_task(self._hear(), name=f"ears {self._transport.call_id}")
                mouth = tasks.create_task(self._mouth.run(), name=f"mouth {self._transport.call_id}")
                if await self._mind.run():
                    self._ended_by = "bot"
                ears.cancel()
                mouth.cancel()
        except* Exception:
            self._ended_by = "failure"
            log.exception("call_failed")

    async def _finish(self) -> CallRecord:
        self._ears.close()
        self._conclude_if_open()
        self.journal.write(CallEnded(self._ears.now, self._ended_by))
        if not self.failed:
            await self._transport.hang_up()
        if self._recording:
            await self._recording.close()
        record = await self._on_record.end()
        self._let_go()
        return record

    def _let_go(self) -> None:
        """Open the ring of callbacks: the call's memory is free now, and not at the next full pass of the
        garbage collector, for which every other call would stand still."""
        self._transport.on_sent = None
        del self._ears, self._mouth, self._mind, self._floor, self._watch

    def _conclude_if_open(self) -> None:
        """Give a call that broke off its one disposition."""
        if any(isinstance(event, Concluded) for event in self.journal):
            return
        kept = any(_decides(event) for event in self.journal)
        if self._ended_by == "failure" and not kept:
            self.journal.write(Concluded(self._ears.now, Disposition.TECHNICAL_FAILURE))
            return
        for action in self._conversation.handle(events.CallerHungUp()):
            if isinstance(action, Conclude):
                self.journal.write(Concluded(self._ears.now, action.disposition))

    # What comes in, and what goes out

    async def _hear(self) -> None:
        async for sound in self._transport.incoming():
            if isinstance(sound, AudioFrame):
                self._hear_frame(sound)
                if self._ears.now > self._stations.settings.longest_call:
                    log.warning("call_too_long", seconds=self._ears.now)
                    break
            else:
                self._hear_key(sound)
        self._mind.tell(events.CallerHungUp())

    def _hear_frame(self, frame: AudioFrame) -> None:
        if self._watch:
            self._watch.hear(frame)
        self._ears.hear(frame)
        self._floor.hear(self._ears.speaking_for)
        if self._recording:
            self._recording.caller(frame)
        if self._keys.pending and (keys := self._keys.on_time(self._ears.now)):
            self._typed(keys)

    def _hear_key(self, key: KeyPressed) -> None:
        if not self._keys.pending:
            self._keys_early = self._mouth.must_be_heard
            if not self._keys_early:
                self._mouth.stop()
        if keys := self._keys.press(key.key, key.at):
            self._typed(keys)

    def _typed(self, keys: str) -> None:
        self.journal.write(CallerTyped(self._ears.now, self._keys.started_at, keys, self._keys_early))
        self._mind.tell(events.KeysPressed(keys, self._keys_early))

    def _on_sent(self, pcm: bytes) -> None:
        self._mouth.sent()
        self._ears.bot_sounds(pcm)
        if self._recording:
            self._recording.bot(pcm)

    # Whose turn it is

    def _on_turn(self, event: TurnEvent, heard: Heard | None) -> None:
        match event:
            case SpeechSuspected():
                self._floor.suspect()
            case FalseStart():
                self._floor.acquit()
            case UtteranceStarted(at=at, barge_in=barge_in):
                self.journal.write(CallerStartedSpeaking(at, barge_in))
                if barge_in:
                    self._floor.break_in()
            case UtteranceEnded():
                assert heard is not None
                self._utterance_ended(heard)
            case NoInput(at=at):
                self._no_input(at)
            case UtterancePaused() | UtteranceResumed():
                pass
            case _:
                assert_never(event)

    def _utterance_ended(self, heard: Heard) -> None:
        if self._mind.keypad_only or self._keys.pending:
            heard.words.cancel()
            self._mouth.go_on()
        else:
            self._floor.end(heard)

    def _no_input(self, at: float) -> None:
        if not self._keys.pending:
            self.journal.write(CallerWasSilent(at))
            self._mind.tell(events.CallerSilent())


def _decides(event: CallEvent) -> bool:
    """Whether what is on disk says how the call ended, even if something of ours failed after it."""
    if isinstance(event, RequestKeptOnDisk):
        return event.request.kind in REQUEST_OF.values()
    return isinstance(event, PromiseKeptOnDisk)
