"""The report on a campaign in words, as JSON and as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.kpis import KPIS, Figure, Kpi, Unit, figures
from voicebot.campaigns.reporting.prices import Prices


@dataclass(frozen=True, slots=True)
class Report:
    """What a period of a campaign came to."""

    campaign: str
    begins: date
    ends: date
    counts: Counts
    prices: Prices | None

    @property
    def figures(self) -> Mapping[str, tuple[Figure, ...]]:
        """Every KPI by name: one figure, or one for each currency."""
        return figures(self.counts, self.prices)

    def rows(self) -> list[tuple[str, str]]:
        """Every KPI as people read it: ``not known`` is never 0."""
        found = self.figures
        return [(kpi.name, told(figure, kpi.unit)) for kpi in KPIS for figure in found[kpi.name]]

    def __str__(self) -> str:
        wide = max(len(name) for name, _ in self.rows())
        lines = [f"campaign {self.campaign}, {self.begins} to {self.ends}", ""]
        lines += [f"{name.ljust(wide)}  {value}" for name, value in self.rows()]
        if self.counts.blocks:
            lines += ["", "held back by rules, as often as somebody's turn had come:"]
            lines += [f"{reason.ljust(wide)}  {many:,}" for reason, many in self.counts.blocks.most_common()]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For another program; quotients are text, exact to nine places, or null; those of money that
        people owe or pay are ``by_currency``."""
        return {
            "campaign": self.campaign,
            "from": self.begins.isoformat(),
            "to": self.ends.isoformat(),
            "kpis": {kpi.name: _kpi_as_json(kpi, self.figures[kpi.name]) for kpi in KPIS},
            "accounts": {
                "loaded": self.counts.loaded,
                "attempted": self.counts.attempted,
                "person_answered": self.counts.reached,
                "right_party": self.counts.useful,
                "promise": self.counts.promising,
                "kept": self.counts.keeping,
            },
            "attempts": self.counts.attempts,
            "blocked": dict(self.counts.blocks),
            "dispositions": self._dispositions(),
        }

    def as_csv(self) -> str:
        """A table with one figure a line: of a KPI, or of a KPI in one currency."""
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(
            ("campaign", "from", "to", "kpi", "currency", "value", "unit", "over", "under", "formula")
        )
        for kpi, figure in ((one, figure) for one in KPIS for figure in self.figures[one.name]):
            value, over, under = (_text(one) or "" for one in (figure.value, figure.over, figure.under))
            named = self.campaign, self.begins, self.ends, kpi.name, figure.currency
            table.writerow((*named, value, kpi.unit, over, under, kpi.formula))
        return written.getvalue()

    def _dispositions(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for (_, disposition), many in sorted(self.counts.by_day.items()):
            found[str(disposition)] = found.get(str(disposition), 0) + many
        return found


def told(figure: Figure, unit: Unit) -> str:
    """A figure as people read it, with what it was divided from."""
    value = figure.value
    if value is None:
        why = "not known" if figure.over is None else "nothing to divide by"
        return f"{why} ({figure.currency})" if figure.currency else why
    match unit:
        case "%":
            parts = f"{figure.over:,f} of {figure.under:,f} {figure.currency}".rstrip()
            return f"{value * 100:.1f} %  ({parts})"
        case "money":
            return f"{value:,.2f} {figure.currency}".rstrip()
        case "s":
            return f"{value:.1f} s"
        case "ms":
            return f"{value:.0f} ms"
        case _:
            return f"{value:.2f}"


def _kpi_as_json(kpi: Kpi, figures: Sequence[Figure]) -> dict[str, Any]:
    about = {"unit": kpi.unit, "formula": kpi.formula}
    if kpi.by_currency:
        known = {figure.currency: _quotient(figure) for figure in figures if figure.over is not None}
        return about | {"by_currency": known}
    (figure,) = figures
    return about | _quotient(figure) | ({"currency": figure.currency} if figure.currency else {})


def _quotient(figure: Figure) -> dict[str, str | None]:
    return {"value": _text(figure.value), "over": _text(figure.over), "under": _text(figure.under)}


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    rounded = value.quantize(Decimal("1e-9"), ROUND_HALF_EVEN)
    return f"{rounded.normalize():f}"
