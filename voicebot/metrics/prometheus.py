"""The page that Prometheus reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, assert_never

import structlog

from voicebot.errors import SettingsError
from voicebot.metrics.catalogue import CATALOGUE, Counter, Gauge, Histogram, Metric
from voicebot.metrics.panel import Panel, Unread
from voicebot.metrics.pulse import Pulse
from voicebot.metrics.settings import MetricsSettings

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_panel(settings: MetricsSettings) -> AsyncIterator[Panel]:
    """A panel that can be read at ``/metrics`` of the settings' port, from a thread of its own.

    Raises:
        SettingsError: prometheus-client is not installed, or the port cannot be had.
    """
    if not settings.port:
        yield Unread()
        return
    panel = PrometheusPanel()
    server = _listen(settings, panel)
    pulse = Pulse(panel)
    pulse.start()
    log.info("metrics_listening", host=settings.host, port=settings.port)
    try:
        yield panel
    finally:
        pulse.stop()
        server.shutdown()
        server.server_close()


class PrometheusPanel:
    """The catalogue's metrics and those of the process, in a registry of their own."""

    def __init__(self) -> None:
        try:
            import prometheus_client as prometheus
        except ImportError as error:
            raise SettingsError(
                "metrics.port needs prometheus-client: pip install prometheus-client, or set it to 0"
            ) from error
        prometheus.disable_created_metrics()
        self.registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=self.registry)
        prometheus.PlatformCollector(registry=self.registry)
        self._metrics = {one.name: self._made(prometheus, one) for one in CATALOGUE}

    def _made(self, prometheus: Any, metric: Counter | Gauge | Histogram) -> Any:
        told = metric.name, metric.tells, metric.labels
        match metric:
            case Counter():
                return prometheus.Counter(*told, registry=self.registry)
            case Gauge():
                return prometheus.Gauge(*told, registry=self.registry)
            case Histogram(buckets=buckets):
                return prometheus.Histogram(*told, buckets=buckets, registry=self.registry)
            case _:
                assert_never(metric)

    def count(self, metric: Counter, *labels: str, by: int = 1) -> None:
        self._of(metric, labels).inc(by)

    def shift(self, metric: Gauge, by: int, *labels: str) -> None:
        self._of(metric, labels).inc(by)

    def observe(self, metric: Histogram, seconds: float, *labels: str) -> None:
        self._of(metric, labels).observe(seconds)

    def _of(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        named = self._metrics[metric.name]
        return named.labels(*labels) if labels else named


def _listen(settings: MetricsSettings, panel: PrometheusPanel) -> Any:
    import prometheus_client as prometheus

    try:
        server, _ = prometheus.start_http_server(settings.port, settings.host, panel.registry)
    except OSError as error:
        raise SettingsError(
            f"cannot show metrics on {settings.host}:{settings.port} ({error.strerror}); "
            "stop what uses it, or set metrics.host and metrics.port"
        ) from error
    return server
