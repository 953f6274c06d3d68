"""A panel that can be looked at."""

from __future__ import annotations

from collections import Counter as Tally

from voicebot.metrics.catalogue import Counter, Gauge, Histogram


class NotedPanel:
    """Keeps what it was told, by metric and labels."""

    def __init__(self) -> None:
        self.counted: Tally[tuple[str, ...]] = Tally()
        self.observed: dict[tuple[str, ...], list[float]] = {}

    def count(self, metric: Counter, *labels: str, by: int = 1) -> None:
        assert len(labels) == len(metric.labels)
        self.counted[metric.name, *labels] += by

    def shift(self, metric: Gauge, by: int, *labels: str) -> None:
        assert len(labels) == len(metric.labels)
        self.counted[metric.name, *labels] += by

    def observe(self, metric: Histogram, seconds: float, *labels: str) -> None:
        assert len(labels) == len(metric.labels)
        self.observed.setdefault((metric.name, *labels), []).append(seconds)
