"""Where measurements are noted. Pure."""

from __future__ import annotations

from typing import Protocol

from voicebot.metrics.catalogue import Counter, Gauge, Histogram


class Panel(Protocol):
    """Keeps the figures of the whole process; ``labels`` are the values of the metric's labels, in order."""

    def count(self, metric: Counter, *labels: str, by: int = 1) -> None:
        """It happened."""

    def shift(self, metric: Gauge, by: int, *labels: str) -> None:
        """There are so many more now, or fewer."""

    def observe(self, metric: Histogram, seconds: float, *labels: str) -> None:
        """It took so long."""


class Unread:
    """The panel that nobody looks at."""

    def count(self, metric: Counter, *labels: str, by: int = 1) -> None:
        pass

    def shift(self, metric: Gauge, by: int, *labels: str) -> None:
        pass

    def observe(self, metric: Histogram, seconds: float, *labels: str) -> None:
        pass
