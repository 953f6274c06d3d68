"""What one call's journal says to the panel. Pure."""

from __future__ import annotations

from dataclasses import asdict

from voicebot.calls.events import (
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerInterpreted,
    CallerListened,
    CallerNotUnderstood,
    CallerStartedSpeaking,
    CallerTyped,
    CallerWasSilent,
    CallEvent,
    Concluded,
    HandedOff,
    HandingOff,
    HandOffFailed,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromiseNotKept,
    PromptContinued,
    PromptHeld,
    PromptStarted,
    RecognizerFailed,
    RequestKeptOnDisk,
    RequestNotKept,
)
from voicebot.calls.journal import Journal
from voicebot.calls.record import Latency
from voicebot.metrics import catalogue
from voicebot.metrics.panel import Panel


def read_calls(panel: Panel, journal: Journal) -> None:
    """Note on ``panel`` what happens in the call that ``journal`` is of, as it happens."""
    journal.follow(_Reading(panel).follow)


class _Reading:
    """One call."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._direction = self._flow = self._language = self._disposition = self._queue = ""
        self._listened = False

    def follow(self, event: CallEvent) -> None:
        here = self._flow, self._language
        match event:
            case CallAnswered(flow=flow, language=language, direction=direction):
                self._flow, self._language, self._direction = flow, language, direction
                self._panel.shift(catalogue.CALLS_IN_PROGRESS, 1, direction)
            case LanguageSwitched(language=language):
                self._language = language
            case PromptStarted(latency=Latency() as latency):
                self._replied(latency)
            case CallerHeard(engine=engine, reason=reason):
                self._panel.count(catalogue.UTTERANCES, *here, engine, reason)
            case CallerNotUnderstood():
                self._panel.count(catalogue.NO_MATCHES, *here)
            case CallerInterpreted(asked=asked, ms=ms):
                self._panel.observe(catalogue.INTERPRETER_SECONDS, ms / 1000, asked)
            case RecognizerFailed():
                self._panel.count(catalogue.RECOGNIZER_FAILURES, *here)
            case CallerTyped():
                self._panel.count(catalogue.KEY_ENTRIES, *here)
            case CallerWasSilent():
                self._panel.count(catalogue.NO_INPUTS, *here)
            case CallerStartedSpeaking(barge_in=True):
                self._panel.count(catalogue.BARGE_INS, *here)
            case PromptHeld() | CallerListened() | PromptContinued():
                self._held(event)
            case PromiseKeptOnDisk() | PromiseNotKept() | RequestKeptOnDisk() | RequestNotKept():
                self._recorded(event)
            case HandingOff(queue=queue):
                self._queue = queue
            case HandedOff(waited=waited):
                self._panel.observe(catalogue.HAND_OFF_SECONDS, waited, self._queue, "taken")
            case HandOffFailed(waited=waited):
                self._panel.observe(catalogue.HAND_OFF_SECONDS, waited, self._queue, "nobody")
            case Concluded(disposition=disposition):
                self._disposition = disposition.value
            case CallEnded(at=at, by=by):
                self._ended(at, by)

    def _replied(self, latency: Latency) -> None:
        for stage, ms in asdict(latency).items():
            self._panel.observe(catalogue.REPLY_SECONDS, ms / 1000, self._flow, self._language, stage)

    def _held(self, event: PromptHeld | CallerListened | PromptContinued) -> None:
        """A prompt that goes on was held for an "aha", or for no speech at all."""
        match event:
            case PromptHeld():
                self._listened = False
            case CallerListened():
                self._listened = True
                self._panel.count(catalogue.BACKCHANNELS, self._flow, self._language)
            case PromptContinued() if not self._listened:
                self._panel.count(catalogue.FALSE_STARTS, self._flow, self._language)

    def _recorded(
        self, event: PromiseKeptOnDisk | PromiseNotKept | RequestKeptOnDisk | RequestNotKept
    ) -> None:
        outcome = "kept" if isinstance(event, PromiseKeptOnDisk | RequestKeptOnDisk) else "not_kept"
        match event:
            case RequestKeptOnDisk(request=request) | RequestNotKept(request=request):
                self._panel.count(catalogue.REQUESTS, self._flow, request.kind.value, outcome)
            case _:
                self._panel.count(catalogue.PROMISES, self._flow, outcome)

    def _ended(self, seconds: float, by: str) -> None:
        self._panel.shift(catalogue.CALLS_IN_PROGRESS, -1, self._direction)
        self._panel.observe(catalogue.CALL_SECONDS, seconds, self._flow)
        ended = self._direction, self._disposition, by
        self._panel.count(catalogue.CALLS, self._flow, self._language, *ended)
