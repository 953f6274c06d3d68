"""The demonstration call on a terminal."""

from __future__ import annotations

from statistics import median

from voicebot.calls.events import CallerTyped, StateEntered
from voicebot.calls.record import CallRecord
from voicebot.demo.persona import Keys, Reply
from voicebot.live import LiveTranscript


class DemoTranscript(LiveTranscript):
    """Shows what the caller meant beside what was recognised."""

    def replies(self, reply: Reply) -> None:
        """The caller's own words, before they are sound."""
        if isinstance(reply, Keys):
            self.line(None, "CALLER", f"types {reply.keys}", "yellow")
        else:
            self.line(None, "CALLER", f"says “{reply.words}”", "yellow")


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
    return f"Promise to pay {record.promise}, taken {how}"


def _typed_states(record: CallRecord) -> list[str]:
    """The states whose answer was typed."""
    state, typed = "", {}
    for event in record.events:
        if event["event"] == StateEntered.__name__:
            state = event["state"]
        elif event["event"] == CallerTyped.__name__:
            typed[state] = True
    return list(typed)
