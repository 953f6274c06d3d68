"""Where the time of replies goes, over many turns. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from voicebot.bench.figures import Spread, spread
from voicebot.calls.record import Latency, Turn


def stages_of(turns: Iterable[Turn]) -> dict[str, Spread]:
    """Milliseconds by stage, over the turns that answered somebody; empty when none did."""
    latencies = [turn.latency for turn in turns if turn.latency]
    spreads = {one.name: spread(getattr(told, one.name) for told in latencies) for one in fields(Latency)}
    return {name: told for name, told in spreads.items() if told}
