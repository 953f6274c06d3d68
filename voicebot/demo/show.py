"""The call as it happens, on a terminal."""

from __future__ import annotations

from statistics import median

from rich.console import Console
from rich.text import Text

from voicebot.calls.journal import (
    CallerHeard,
    CallerTyped,
    CallEvent,
    Concluded,
    PromiseKeptOnDisk,
    PromptContinued,
    PromptEnded,
    PromptStarted,
    RecognizerFailed,
    StateEntered,
)
from voicebot.calls.record import CallRecord, Latency
from voicebot.demo.persona import Keys, Reply


class LiveTranscript:
    """Prints each turn when it happens: what the caller said, what was recognised, what the bot answered
    and how long that took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def replies(self, reply: Reply) -> None:
        """The caller's own words, before they are sound."""
        if isinstance(reply, Keys):
            self._line(None, "CALLER", f"types {reply.keys}", "yellow")
        else:
            self._line(None, "CALLER", f"says “{reply.words}”", "yellow")

    def follow(self, event: CallEvent) -> None:
        match event:
            case PromptStarted(at=at, text=text, latency=latency):
                if latency:
                    self._note(_split(latency))
                self._line(at, "BOT", text, "cyan")
            case PromptEnded(complete=False, heard=heard):
                self._note(f"broken in on after {heard:.1f} s")
            case PromptContinued():
                self._note("that was no speech: goes on")
            case CallerHeard(started_at=at, text=text):
                self._line(at, "HEARD", text or "(nothing that makes sense here)", "green")
            case CallerTyped(started_at=at, keys=keys):
                self._line(at, "KEYS", keys, "green")
            case RecognizerFailed(reason=reason):
                self._note(f"recogniser failed: {reason}")
            case PromiseKeptOnDisk(at=at, promise=promise):
                self._line(
                    at, "STORED", f"{promise.amount} {promise.currency} on {promise.date}", "bold green"
                )
            case Concluded(at=at, disposition=disposition):
                self._line(at, "ENDED", disposition.value, "bold")

    def _line(self, at: float | None, who: str, what: str, style: str) -> None:
        clock = f"{at:6.1f} s" if at is not None else " " * 8
        self._console.print(Text.assemble((clock, "dim"), "  ", (f"{who:<7}", style), what))

    def _note(self, text: str) -> None:
        self._console.print(Text(f"{'':19}{text}", style="dim"))


def conclusion(record: CallRecord, files: str) -> list[str]:
    """The last lines of the show: what was promised, how, how fast, and where it lies."""
    lines = [_promise(record)]
    latencies = [turn.latency.voice_to_voice for turn in record.turns if turn.latency]
    if latencies:
        lines.append(
            f"Voice to voice, endpointing included: {median(latencies):.0f} ms (median of {len(latencies)})"
        )
    lines.append(files)
    return lines


def _promise(record: CallRecord) -> str:
    typed = _typed_states(record)
    how = f"by speech, and by keypad at {', '.join(typed)}" if typed else "by speech alone"
    if record.promise is None:
        return f"No promise; disposition {record.disposition.value}"
    promise = record.promise
    return f"Promise to pay {promise.amount} {promise.currency} on {promise.date}, taken {how}"


def _typed_states(record: CallRecord) -> list[str]:
    """The states whose answer was typed."""
    state, typed = "", {}
    for event in record.events:
        if event["event"] == StateEntered.__name__:
            state = event["state"]
        elif event["event"] == CallerTyped.__name__:
            typed[state] = True
    return list(typed)


def _split(latency: Latency) -> str:
    return (
        f"{latency.voice_to_voice:.0f} ms = endpointing {latency.endpointing:.0f} + words {latency.stt:.0f}"
        f" + understanding {latency.understanding:.1f} + voice {latency.tts:.0f}"
    )
