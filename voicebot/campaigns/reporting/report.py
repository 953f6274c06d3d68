"""The report on a campaign in words, as JSON and as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.kpis import KPIS, Figure, Unit, figures
from voicebot.campaigns.reporting.prices import Prices


@dataclass(frozen=True, slots=True)
class Report:
    """What a period of a campaign came to."""

    campaign: str
    begins: date
    ends: date
    counts: Counts
    prices: Prices | None
    currency: str

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every KPI by name."""
        return figures(self.counts, self.prices)

    def rows(self) -> list[tuple[str, str]]:
        """Every KPI as people read it: ``not known`` is never 0."""
        found = self.figures
        return [(kpi.name, told(found[kpi.name], kpi.unit, self.currency)) for kpi in KPIS]

    def __str__(self) -> str:
        wide = max(len(name) for name, _ in self.rows())
        lines = [f"campaign {self.campaign}, {self.begins} to {self.ends}", ""]
        lines += [f"{name.ljust(wide)}  {value}" for name, value in self.rows()]
        if self.counts.blocks:
            lines += ["", "held back by rules, as often as somebody's turn had come:"]
            lines += [f"{reason.ljust(wide)}  {many:,}" for reason, many in self.counts.blocks.most_common()]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For another program; quotients are text, exact to nine places, or null."""
        return {
            "campaign": self.campaign,
            "from": self.begins.isoformat(),
            "to": self.ends.isoformat(),
            "currency": self.currency,
            "kpis": {
                kpi.name: {"value": _text(figure.value), "unit": kpi.unit, "formula": kpi.formula}
                | {"over": _text(figure.over), "under": _text(figure.under)}
                for kpi, figure in ((kpi, self.figures[kpi.name]) for kpi in KPIS)
            },
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
        """A table with one KPI a line."""
        written = io.StringIO()
        table = csv.writer(written)
        table.writerow(("campaign", "from", "to", "kpi", "value", "unit", "over", "under", "formula"))
        for kpi in KPIS:
            figure = self.figures[kpi.name]
            quotient = (_text(one) or "" for one in (figure.value, figure.over, figure.under))
            value, over, under = quotient
            table.writerow(
                (self.campaign, self.begins, self.ends, kpi.name, value, kpi.unit, over, under, kpi.formula)
            )
        return written.getvalue()

    def _dispositions(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for (_, disposition), many in sorted(self.counts.by_day.items()):
            found[str(disposition)] = found.get(str(disposition), 0) + many
        return found


def told(figure: Figure, unit: Unit, currency: str) -> str:
    """A figure as people read it, with what it was divided from."""
    value = figure.value
    if value is None:
        return "not known" if figure.over is None else "nothing to divide by"
    match unit:
        case "%":
            return f"{value * 100:.1f} %  ({figure.over:,f} of {figure.under:,f})"
        case "money":
            return f"{value:,.2f} {currency}"
        case "s":
            return f"{value:.1f} s"
        case "ms":
            return f"{value:.0f} ms"
        case _:
            return f"{value:.2f}"


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    rounded = value.quantize(Decimal("1e-9"), ROUND_HALF_EVEN)
    return f"{rounded.normalize():f}"
