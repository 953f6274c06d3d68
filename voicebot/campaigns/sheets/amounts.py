"""The amounts of one file, which are written in one way or cannot be trusted. Pure."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from voicebot.campaigns.sheets.problems import Code, UnreadableCsv
from voicebot.campaigns.sheets.values import Point, point_of, read_amount


class Amounts:
    """Reads amounts, and counts what stands in front of the cents where they tell by themselves."""

    def __init__(self, decimal: Point) -> None:
        """``decimal`` is what is declared of the file; empty for nothing."""
        self._decimal = decimal
        self._points: Counter[Point] = Counter()

    def read(self, text: str, currency: str | None) -> Decimal:
        """An amount; of a row without a currency, which is told of anyway, by two digits of cents.

        Raises:
            ValueError: it is none, or may mean two.
        """
        self._points[point_of(text)] += 1
        return read_amount(text, currency or "USD", self._decimal)

    def refuse_mixed(self) -> None:
        """See that all that was read is written in one way.

        Raises:
            UnreadableCsv: it is not, and nothing was declared.
        """
        if self._points["."] and self._points[","] and not self._decimal:
            raise UnreadableCsv(
                Code.MIXED_DECIMALS,
                f"{self._points['.']:,} amounts have a decimal point and {self._points[',']:,} a comma, so "
                "none can be trusted: export it with one of them, and declare it as csv.decimal or --decimal",
            )
