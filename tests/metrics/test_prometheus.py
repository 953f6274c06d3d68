import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.ports import free_port
from voicebot.errors import SettingsError
from voicebot.metrics.catalogue import BARGE_INS, CALLS_IN_PROGRESS, CATALOGUE, REPLY_SECONDS
from voicebot.metrics.panel import Unread
from voicebot.metrics.prometheus import open_panel
from voicebot.metrics.settings import MetricsSettings

pytest.importorskip("prometheus_client", reason="prometheus-client is not installed: ./scripts/test does it")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        yield int(somebody.getsockname()[1])


@pytest.fixture
def free() -> int:
    return free_port()


async def test_what_was_noted_can_be_read(free: int) -> None:
    async with open_panel(MetricsSettings(port=free)) as panel:
        panel.count(BARGE_INS, "reminder", "es", by=2)
        panel.shift(CALLS_IN_PROGRESS, 3, "inbound")
        panel.observe(REPLY_SECONDS, 0.33, "reminder", "en", "voice_to_voice")
        page = await read(free)
    assert 'voicebot_barge_ins_total{flow="reminder",language="es"} 2.0' in page
    assert 'voicebot_calls_in_progress{direction="inbound"} 3.0' in page
    reply = (
        'voicebot_reply_seconds_bucket{flow="reminder",language="en",le="0.35",stage="voice_to_voice"} 1.0'
    )
    assert reply in page
    assert "process_resident_memory_bytes" in page


async def test_every_metric_is_on_the_page_before_anything_happens(free: int) -> None:
    async with open_panel(MetricsSettings(port=free)):
        page = await read(free)
    assert all(f"# HELP {metric.name} {metric.tells}" in page for metric in CATALOGUE)


async def read(port: int) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"http://127.0.0.1:{port}/metrics")).raise_for_status().text


async def test_without_a_port_nothing_is_shown() -> None:
    async with open_panel(MetricsSettings()) as panel:
        assert isinstance(panel, Unread)


async def test_a_port_that_is_taken_is_told_with_what_to_do(taken: int) -> None:
    with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{taken} .* set metrics\.host and metrics\.port"):
        async with open_panel(MetricsSettings(port=taken)):
            pass
