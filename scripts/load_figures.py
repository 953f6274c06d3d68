"""What came of a load test: the figures, what is wrong with them, and how they are shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load_caller import Dialled
from load_plan import Plan
from load_servers import records_of
from rich.table import Table

from voicebot.bench.usage import Usage


@dataclass(frozen=True)
class Figures:
    """One load test."""

    way: str
    asked: int
    answered: int
    failed: int
    records: int
    unended: int
    """Of the records, those whose call never ended."""
    channels_left: int
    utterances: int
    """Of each caller."""
    turns_answered: int
    turns_answered_least: int
    """Of the call that fared worst."""
    answer_ms: tuple[float, float, float]
    """From INVITE to answer: p50, p95, most."""
    voice_to_voice_ms: tuple[float, float, float]
    """Last word to first, as the bot sees it: p50, p95, most."""
    late_frames: int
    """That the bot gave up because it stalled for more than 60 ms."""
    warnings: int
    """In the bot's log."""
    call_minutes: float
    bot_cpu: float
    """Seconds per call-minute."""
    asterisk_cpu: float
    sipp_cpu: float
    bot_megabytes: float
    bot_megabytes_per_call: float
    asterisk_megabytes: float
    others_percent: float
    """Of the whole machine, taken by what is no part of this test: with much of it, latencies say little."""

    @property
    def problems(self) -> list[str]:
        """What should not be; empty when all is well."""
        return list(_problems(self))


@dataclass(frozen=True)
class Used:
    """What the programs have used for the calls."""

    bot: Usage
    """CPU for the calls; memory in all."""
    bot_idle_megabytes: float
    asterisk: Usage
    sipp: Usage
    others: float
    """Share of the machine that somebody else took meanwhile."""


def figures_of(plan: Plan, dialled: Dialled, used: Used, channels_left: int) -> Figures:
    """The figures of a test that is over; records and log are read where the plan says."""
    records = records_of(plan.out)
    replies = [
        [turn["latency"]["voice_to_voice"] for turn in turns if turn["latency"]] for _, _, turns in records
    ]
    logged = _log(plan.out / "bot.log")
    minutes = sum(seconds for _, seconds, _ in records) / 60
    return Figures(
        way=plan.way,
        asked=plan.calls,
        answered=dialled.answered,
        failed=dialled.failed,
        records=len(records),
        unended=sum(disposition is None for disposition, _, _ in records),
        channels_left=channels_left,
        utterances=plan.utterances,
        turns_answered=sum(map(len, replies)),
        turns_answered_least=min(map(len, replies), default=0),
        answer_ms=_spread(dialled.answer_ms),
        voice_to_voice_ms=_spread(ms for call in replies for ms in call),
        late_frames=sum(line.get("late_frames", 0) for line in logged),
        warnings=sum(line.get("level") in ("warning", "error", "critical") for line in logged),
        call_minutes=round(minutes, 2),
        bot_cpu=_per(minutes, used.bot.cpu_seconds),
        asterisk_cpu=_per(minutes, used.asterisk.cpu_seconds),
        sipp_cpu=_per(minutes, used.sipp.cpu_seconds),
        bot_megabytes=round(used.bot.megabytes, 1),
        bot_megabytes_per_call=_per(plan.calls, used.bot.megabytes - used.bot_idle_megabytes),
        asterisk_megabytes=round(used.asterisk.megabytes, 1),
        others_percent=round(used.others * 100, 1),
    )


def table(figures: Figures) -> Table:
    """The figures for people."""
    shown = Table(title=f"{figures.asked} calls, {figures.way}", show_header=False, title_justify="left")
    for name, value in _rows(figures):
        shown.add_row(name, value)
    return shown


def _rows(f: Figures) -> Iterator[tuple[str, str]]:
    yield "calls asked / answered / failed", f"{f.asked} / {f.answered} / {f.failed}"
    yield "records, channels left", f"{f.records}, {f.channels_left}"
    yield (
        "turns answered",
        f"{f.turns_answered} of {f.asked * f.utterances}; {f.turns_answered_least} at least",
    )
    yield "INVITE to answer, p50 / p95 / most", _in_ms(f.answer_ms)
    yield "voice to voice, p50 / p95 / most", _in_ms(f.voice_to_voice_ms)
    yield "frames given up, warnings in the log", f"{f.late_frames}, {f.warnings}"
    yield "CPU of the bot", _cpu(f.bot_cpu)
    yield "CPU of Asterisk", _cpu(f.asterisk_cpu)
    yield "CPU of sipp", _cpu(f.sipp_cpu)
    yield "memory of the bot", f"{f.bot_megabytes:.0f} MB, {f.bot_megabytes_per_call:.2f} MB per call"
    yield "memory of Asterisk", f"{f.asterisk_megabytes:.0f} MB"
    yield "machine busy with something else", f"{f.others_percent:.0f} %"


def _problems(f: Figures) -> Iterator[str]:
    if f.failed:
        yield f"{f.failed} calls failed"
    if f.answered < f.asked:
        yield f"{f.asked - f.answered} calls were not answered"
    if f.records != f.asked:
        yield f"{f.records} records of {f.asked} calls"
    if f.unended:
        yield f"{f.unended} records without an end"
    if f.channels_left:
        yield f"{f.channels_left} channels left in Asterisk"
    if f.turns_answered_least < f.utterances:
        yield f"a caller who spoke {f.utterances} times got {f.turns_answered_least} replies"


def _spread(values: Iterable[float]) -> tuple[float, float, float]:
    ordered = sorted(values) or [0.0]
    at = [ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.95, 1.0)]
    return (round(at[0], 1), round(at[1], 1), round(at[2], 1))


def _per(number: float, amount: float) -> float:
    return round(amount / number, 3) if number else 0.0


def _in_ms(spread: tuple[float, float, float]) -> str:
    return " / ".join(f"{value:.0f}" for value in spread) + " ms"


def _cpu(per_minute: float) -> str:
    return f"{per_minute:.2f} s per call-minute"


def _log(file: Path) -> list[dict[str, Any]]:
    """The bot's log; what is no JSON is a traceback, and counts as an error."""
    return [_line(text) for text in file.read_text().splitlines()]


def _line(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {"level": "error"}
