"""What replayed calls came to: for people on a terminal, and for programs as JSON. Pure but for printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.calls.journal import as_json
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.replay.replaying import Comparison, Parting


@dataclass(frozen=True, slots=True)
class Report:
    """All that were replayed, and why others were not."""

    flow: str
    version: str
    compared: Sequence[Comparison]
    skipped: Mapping[str, str]
    """Call id -> why."""

    @property
    def changes(self) -> Counter[tuple[str, str]]:
        """How many calls ended so, and would end so now; those that end the same are not counted."""
        ends = ((_named(one.was), _ending(one)) for one in self.compared)
        return Counter((was, now) for was, now in ends if was != now)

    @property
    def same(self) -> int:
        """How many calls go the same way to the same end."""
        return sum(one.same for one in self.compared)


def as_document(report: Report) -> dict[str, Any]:
    """The report in the types that JSON has."""
    return {
        "flow": report.flow,
        "flow_version": report.version,
        "replayed": len(report.compared),
        "same": report.same,
        "changes": [
            {"was": was, "now": now, "calls": calls} for (was, now), calls in report.changes.most_common()
        ],
        "calls": [as_json(one) | {"same": one.same} for one in report.compared],
        "skipped": dict(report.skipped),
    }


def show(report: Report, console: Console) -> None:
    """Print every call that differs, then the totals."""
    differing = [one for one in report.compared if not one.same]
    if differing:
        console.print(_differences(differing))
        console.print()
    for call_id, why in report.skipped.items():
        console.print(Text(f"skipped {call_id}: {why}", style="yellow"), soft_wrap=True)
    if any("missing" in why for why in report.skipped.values()):
        console.print("Facts come from accounts (voicebot accounts add) and from --set fact=value.")
    if report.changes:
        console.print(_changes(report))
        console.print()
    for line in _totals(report, len(differing)):
        console.print(Text(line, style="bold"), soft_wrap=True)


def _differences(differing: Sequence[Comparison]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("call", "goes another way", "disposition", "promise"):
        table.add_column(column, overflow="fold")
    for one in differing:
        table.add_row(
            one.call_id,
            _told(one.parting),
            _arrow(_named(one.was), _ending(one)),
            _arrow(_money(one.promise_was), _money(one.promise_now)),
        )
    return table


def _changes(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("calls", justify="right")
    table.add_column("ended as")
    table.add_column("would now end as")
    for (was, now), calls in report.changes.most_common():
        table.add_row(f"{calls:,}", was, now)
    return table


def _totals(report: Report, differing: int) -> Iterator[str]:
    calls = len(report.compared)
    yield (
        f"{calls:,} {'call' if calls == 1 else 'calls'} replayed on {report.flow} ({report.version}): "
        f"{report.same:,} the same, {differing:,} different, {len(report.skipped):,} skipped"
    )
    if any(one.parting for one in report.compared):
        yield "After the parting, callers answer questions that they were not asked: read it as a hint."


def _told(where: Parting | None) -> str:
    if where is None:
        return "no"
    return f"question {where.turn}: {where.was or 'call over'} → {where.now or 'call over'}"


def _arrow(was: str, now: str) -> str:
    return was if was == now else f"{was} → {now}"


def _ending(one: Comparison) -> str:
    return one.now.value if one.now else f"open in {one.left_in}"


def _named(disposition: Disposition | None) -> str:
    return disposition.value if disposition else "none"


def _money(promise: PromiseToPay | None) -> str:
    return str(promise) if promise else "none"
