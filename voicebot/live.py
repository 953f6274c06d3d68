"""A call as it happens, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from voicebot.amd.answer import Answerer
from voicebot.calls.events import (
    AnswerJudged,
    CallerHeard,
    CallerListened,
    CallerTyped,
    CallEvent,
    Concluded,
    PromiseKeptOnDisk,
    PromptContinued,
    PromptEnded,
    PromptStarted,
    RecognizerFailed,
    RequestKeptOnDisk,
    VoiceFailed,
)
from voicebot.calls.record import Latency


class LiveTranscript:
    """Prints each turn when it happens: what was recognised, what the bot answered and how long that took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def follow(self, event: CallEvent) -> None:
        match event:
            case PromptStarted(at=at, text=text, latency=latency):
                if latency:
                    self._note(_split(latency))
                self.line(at, "BOT", text, "cyan")
            case PromptEnded(complete=False, heard=heard):
                self._note(f"broken in on after {heard:.1f} s")
            case PromptContinued():
                self._note("takes no turn: goes on")
            case CallerListened(started_at=at, text=text):
                self.line(at, "HEARD", text or "(no words)", "dim")
            case CallerHeard(started_at=at, text=text):
                self.line(at, "HEARD", text or "(nothing that makes sense here)", "green")
            case AnswerJudged(at=at, answerer=Answerer.MACHINE, evidence=evidence):
                self.line(at, "MACHINE", "; ".join(evidence), "yellow")
            case CallerTyped(started_at=at, keys=keys):
                self.line(at, "KEYS", keys, "green")
            case RecognizerFailed(reason=reason):
                self._note(f"recogniser failed: {reason}")
            case VoiceFailed(reason=reason):
                self._note(f"voice failed: {reason}")
            case PromiseKeptOnDisk(at=at, promise=promise):
                self.line(
                    at, "STORED", f"{promise.amount} {promise.currency} on {promise.date}", "bold green"
                )
            case RequestKeptOnDisk(at=at, request=request):
                self.line(at, "STORED", str(request), "bold green")
            case Concluded(at=at, disposition=disposition):
                self.line(at, "ENDED", disposition.value, "bold")

    def line(self, at: float | None, who: str, what: str, style: str) -> None:
        """Print one line; ``at`` is seconds since answer, ``None`` for what has no moment."""
        clock = f"{at:6.1f} s" if at is not None else " " * 8
        self._console.print(Text.assemble((clock, "dim"), "  ", (f"{who:<7}", style), what))

    def _note(self, text: str) -> None:
        self._console.print(Text(f"{'':19}{text}", style="dim"))


def _split(latency: Latency) -> str:
    return (
        f"{latency.voice_to_voice:.0f} ms = endpointing {latency.endpointing:.0f} + words {latency.stt:.0f}"
        f" + understanding {latency.understanding:.1f} + voice {latency.tts:.0f}"
        f" + line {latency.transport:.0f}"
    )
