"""Decides whose turn it is from a detector's verdicts and the audio clock. Pure."""

from __future__ import annotations

from enum import Enum
from math import inf
from typing import assert_never

from voicebot.turns.events import (
    EndReason,
    FalseStart,
    NoInput,
    SpeechSuspected,
    TurnEvent,
    UtteranceEnded,
    UtterancePaused,
    UtteranceResumed,
    UtteranceStarted,
)
from voicebot.turns.pace import Pace
from voicebot.turns.run import SpeechRun
from voicebot.turns.timing import TurnTiming
from voicebot.vad.vad import VoiceActivity

STIR_GAP = 0.1
# Seconds of silence that separate two sounds too short to count: a stop consonant is no gap.

VERDICTS_LATE = 0.08
# Seconds by which verdicts may trail the audio clock: a window, a tick and the model's run. Silence is taken
# on trust for so long and no longer: a detector short of CPU delays decisions, it never cuts the caller.

ROUNDING = 1e-6
# Frames end at multiples of 0.02 s that binary floating point misses by less than this.


CUT_OFF = 1.0
# Seconds after an utterance within which the caller's next one shows that it had not been over.


class Words(Enum):
    """How far what was recognised at a pause has come."""

    OPEN = "open"
    """It may go on or not: only silence tells."""
    COMPLETE = "complete"
    """It is the whole expected answer."""
    BROKEN_OFF = "broken_off"
    """Its last word wants another one."""


class Phase(Enum):
    """What the caller is doing."""

    QUIET = "quiet"
    STIRRING = "stirring"
    """Sound too short yet to count, or during what must be heard to its end."""
    SUSPECTED = "suspected"
    """Sound over a prompt that is now held."""
    SPEAKING = "speaking"
    PAUSED = "paused"
    """An utterance in its first short silence."""


_REASONS = {
    Words.OPEN: EndReason.SILENCE,
    Words.COMPLETE: EndReason.COMPLETE,
    Words.BROKEN_OFF: EndReason.BROKEN_OFF,
}


class TurnDetector:
    """Tells utterances from pauses, coughs and silence on one call.

    Feed ``on_activity`` with every verdict and ``on_time`` with the audio clock; both answer with what was
    decided, in order. The hot path may skip ``on_time`` while the clock is before ``deadline``.
    """

    def __init__(self, timing: TurnTiming) -> None:
        self._timing = timing
        self._phase = Phase.QUIET
        self._run = SpeechRun(timing, 0.0)
        self._heard_until = 0.0
        self._latest = 0.0
        self._started_at = 0.0
        self._longest_until = inf
        self._ended_at = -inf
        self._pace = Pace(timing)
        self._delay: float | None = None
        self._words = Words.OPEN
        self._bot_speaking = False
        self._no_input = self._patience = inf
        self._silent_since = 0.0
        self.interruptible = True
        """False while a prompt plays that must be heard to its end: the caller's speech then waits."""
        self.deadline = inf
        """Seconds of audio from which ``on_time`` has something to say; infinite when it has nothing."""

    @property
    def phase(self) -> Phase:
        """What the caller is doing."""
        return self._phase

    def listen(self, at: float, *, delay: float | None = None, no_input: float | None = None) -> None:
        """A new state of the dialogue begins to listen.

        Args:
            at: seconds of audio.
            delay: silence that ends an utterance here, longer for a caller who pauses longer than most;
                ``None`` for what suits this caller.
            no_input: silence after the prompt that counts as no answer; ``None`` for the usual, infinite
                for never.
        """
        self._delay = delay
        self._no_input = self._patience = self._timing.no_input if no_input is None else no_input
        self._silent_since = at
        self._plan()

    def wait_on(self, at: float) -> None:
        """What the caller uttered took no turn: they are still waited for, after a cough at the end of the
        prompt for no whole wait more."""
        self._no_input = self._patience
        if not self._bot_speaking and self._patience <= self._timing.no_input:
            self._no_input, self._silent_since = min(self._patience, self._timing.after_murmur), at
        self._plan()

    def on_bot_speaking(self, speaking: bool, at: float) -> None:
        """The bot's prompt begins or ends to sound; a held prompt still counts as speaking."""
        self._bot_speaking = speaking
        self._silent_since = at
        if self._no_input < inf:
            self._no_input = self._patience
        self._plan()

    def on_words(self, words: Words) -> None:
        """How far what was recognised at the pause has come: a whole answer needs less silence to end, one
        that was broken off needs more.

        Of no effect if the caller has gone on meanwhile.
        """
        if self._phase is Phase.PAUSED:
            self._words = words
            self._plan()

    def on_activity(self, activity: VoiceActivity) -> list[TurnEvent]:
        """Take the verdict on the next window."""
        self._heard_until = activity.at + activity.seconds
        start = self._threshold()
        if self._phase is Phase.QUIET:
            if activity.probability < start:
                return []
            self._run = SpeechRun(self._timing, activity.at)
            self._phase = Phase.STIRRING
        events = self._on_speech(activity) if self._run.hear(activity, start) else self._on_background()
        self._plan()
        return events

    def on_time(self, at: float) -> list[TurnEvent]:
        """Decide what is due at ``at``, the end of the last frame in seconds of audio."""
        if at < self.deadline:
            return []
        events = self._on_deadline(at)
        self._plan()
        return events

    def _threshold(self) -> float:
        """Probability from which sound begins or resumes speech just now."""
        waiting = self._phase in (Phase.QUIET, Phase.STIRRING) and not self._bot_speaking
        return self._timing.start_awaited if waiting else self._timing.start

    def _on_speech(self, activity: VoiceActivity) -> list[TurnEvent]:
        self._learn_pause()
        match self._phase:
            case Phase.STIRRING:
                return self._on_stirring()
            case Phase.SUSPECTED:
                return self._on_suspected()
            case Phase.PAUSED:
                self._phase = Phase.SPEAKING
                self._words = Words.OPEN
                return [UtteranceResumed(at=self._in_order(activity.at))]
            case _:
                return []

    def _learn_pause(self) -> None:
        """Learn from the pause just over; those between digits, and after "um", tell of nothing else."""
        speaking = self._phase in (Phase.SPEAKING, Phase.PAUSED)
        if speaking and self._delay is None and self._words is not Words.BROKEN_OFF:
            self._pace.paused(self._run.pause)

    def _on_stirring(self) -> list[TurnEvent]:
        if not self._bot_speaking:
            enough = self._run.speech >= self._timing.start_speech
            return [self._start(barge_in=False)] if enough else []
        if not self.interruptible or self._run.speech < self._timing.suspect_speech:
            return []
        self._phase = Phase.SUSPECTED
        return [SpeechSuspected(at=self._in_order(self._run.began_at)), *self._on_suspected()]

    def _on_suspected(self) -> list[TurnEvent]:
        sure = self._run.certainty >= self._timing.barge_in_speech or not self._bot_speaking
        return [self._start(barge_in=True)] if sure else []

    def _start(self, *, barge_in: bool) -> UtteranceStarted:
        self._phase = Phase.SPEAKING
        self._words = Words.OPEN
        self._no_input = inf
        self._started_at = self._in_order(self._run.began_at)
        if self._started_at - self._ended_at < CUT_OFF:
            self._pace.paused(self._started_at - self._ended_at)
        self._longest_until = self._heard_until + self._timing.longest_utterance
        return UtteranceStarted(at=self._started_at, barge_in=barge_in)

    def _on_background(self) -> list[TurnEvent]:
        if self._phase is Phase.STIRRING and self._heard_until - self._run.voiced_until > STIR_GAP:
            self._phase = Phase.QUIET
        return []

    def _on_deadline(self, at: float) -> list[TurnEvent]:
        match self._phase:
            case Phase.QUIET:
                self._no_input = inf
                return [NoInput(at=self._in_order(at))]
            case Phase.SUSPECTED:
                return self._on_false_start(at)
            case Phase.SPEAKING | Phase.PAUSED:
                return self._on_silence(at)
            case Phase.STIRRING:
                return []
            case _:
                assert_never(self._phase)

    def _on_false_start(self, at: float) -> list[TurnEvent]:
        if not self._silent_for(self._timing.false_start, at):
            return []
        self._phase = Phase.QUIET
        return [FalseStart(at=self._in_order(at))]

    def _on_silence(self, at: float) -> list[TurnEvent]:
        if at >= self._longest_until:
            return [self._end(at, at, EndReason.TOO_LONG)]
        if self._silent_for(self._endpointing(), at):
            return [self._end(self._run.voiced_until, at, _REASONS[self._words])]
        if self._phase is Phase.SPEAKING and self._silent_for(self._timing.pause, at):
            self._phase = Phase.PAUSED
            return [UtterancePaused(at=self._in_order(self._run.voiced_until))]
        return []

    def _end(self, ended_at: float, decided_at: float, reason: EndReason) -> UtteranceEnded:
        self._phase = Phase.QUIET
        ended_at = self._ended_at = self._in_order(ended_at)
        return UtteranceEnded(self._started_at, ended_at, self._in_order(decided_at), reason)

    def _silent_for(self, seconds: float, at: float) -> bool:
        """Whether so much silence has passed, and its verdicts have come but for the last few."""
        due = self._run.voiced_until + seconds - ROUNDING
        return at >= due and self._heard_until >= due - VERDICTS_LATE

    def _endpointing(self) -> float:
        usual = self._pace.delay if self._delay is None else self._pace.at_least(self._delay)
        match self._words:
            case Words.OPEN:
                return usual
            case Words.COMPLETE:
                return min(usual, self._timing.endpointing_complete)
            case Words.BROKEN_OFF:
                return max(usual, self._timing.endpointing_broken_off)
            case _:
                assert_never(self._words)

    def _in_order(self, at: float) -> float:
        """``at``, or the event before if speech was noticed only after that had been decided."""
        self._latest = max(self._latest, at)
        return self._latest

    def _plan(self) -> None:
        """Set the deadline anew; after everything that may move it."""
        self.deadline = self._next_deadline() - ROUNDING

    def _next_deadline(self) -> float:
        match self._phase:
            case Phase.QUIET:
                return inf if self._bot_speaking else self._silent_since + self._no_input
            case Phase.STIRRING:
                return inf
            case Phase.SUSPECTED:
                return self._run.voiced_until + self._timing.false_start
            case Phase.SPEAKING:
                silence = min(self._timing.pause, self._endpointing())
                return min(self._run.voiced_until + silence, self._longest_until)
            case Phase.PAUSED:
                return min(self._run.voiced_until + self._endpointing(), self._longest_until)
            case _:
                assert_never(self._phase)
