"""The figures of a load test, as a table for people."""

from __future__ import annotations

from rich.table import Table

from voicebot.bench.calls import Cost
from voicebot.bench.figures import GENERATOR_LATE, Figures, Spread


def table_of(figures: Figures, cost: Cost | None) -> Table:
    """What to look at first comes first."""
    table = Table(show_header=False, box=None)
    for name, value in _rows(figures, cost):
        table.add_row(name, value)
    return table


def remarks(figures: Figures, cost: Cost | None) -> list[str]:
    """What spoils the figures, or should not be."""
    told = [f"{count} turns: {why}" for why, count in figures.errors.items()]
    if figures.failed:
        told.append(f"{figures.failed} calls broke off: {figures.why_failed}")
    if figures.generator_was_late:
        told.append(
            f"the load generator itself was {figures.generator_late_ms:.0f} ms late, and at most"
            f" {GENERATOR_LATE * 1000:.0f} is fine: these figures say nothing about the bot; take fewer calls"
            " or a quieter machine"
        )
    if cost and cost.others_percent > 25:
        told.append(
            f"something else took {cost.others_percent:.0f} % of this machine: latencies are worse for it"
        )
    return told


def _rows(figures: Figures, cost: Cost | None) -> list[tuple[str, str]]:
    rows = [
        ("calls", f"{figures.calls}, {figures.failed} failed; {figures.call_minutes:.1f} call-minutes"),
        ("turns", f"{figures.turns}, {sum(figures.errors.values())} not as they should be"),
        ("reply, beyond the nominal silence", _ms(figures.reply_over_nominal_ms)),
        ("reply to a key", _ms(figures.keypad_reply_ms)),
        ("bot stops at a barge-in", _ms(figures.barge_stop_ms)),
        ("pause at a cough", _ms(figures.cough_pause_ms)),
        ("frames over 20 ms late", _late(figures)),
        ("generator late", f"{figures.generator_late_ms:.1f} ms (p99)"),
    ]
    if cost:
        rows += [
            ("CPU", f"{cost.cpu_seconds_per_call_minute:.2f} s per call-minute"),
            ("memory", f"{cost.megabytes:.0f} MB, {cost.megabytes_per_call:.2f} MB per call"),
            ("taken by others", f"{cost.others_percent:.0f} % of the machine"),
        ]
    return [(name, value) for name, value in rows if value]


def _late(figures: Figures) -> str:
    generator = figures.late_by_generator_per_bot_minute
    told = f"{figures.late_frames_per_bot_minute} per minute of the bot's sound"
    return f"{told}, and {generator} by the generator's fault" if generator else told


def _ms(spread: Spread | None) -> str:
    return f"{spread.p50:.0f} ms p50, {spread.p95:.0f} p95, {spread.most:.0f} most" if spread else ""
