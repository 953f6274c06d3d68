from __future__ import annotations

import pytest

from voicebot.campaigns.pacing import Queue
from voicebot.doors.people import estimated


def told(waiting: int = 0, ready: int = 0, logged: int = 2, paused: int = 0, **more: str) -> dict[str, str]:
    counts = {"known": 1, "waiting": waiting, "ready": ready, "logged": logged, "paused": paused}
    return {**{what: str(count) for what, count in counts.items()}, "variables": "0", "talk": "40", **more}


@pytest.mark.parametrize(
    ("asterisk", "queue"),
    [
        (told(ready=2, logged=3), Queue(0, 2, 0.0)),
        (told(), Queue(0, 0, 20.0)),  # one turn, and two who take them
        (told(waiting=3), Queue(3, 0, 80.0)),
        (told(waiting=1, ready=2), Queue(1, 1, 0.0)),  # about to be taken
        (told(logged=0), Queue(0, 0, float("inf"))),  # nobody is there
        (told(logged=2, paused=2), Queue(0, 0, float("inf"))),  # everybody has a break
        (told(talk="0"), Queue(0, 0, 90.0)),  # before the first call of the day
        (told(talk="", variables="-1"), Queue(0, 0, 90.0)),  # queues.conf lacks setqueuevar
        (told(known="0"), None),
        (told(ready=1, known=""), None),
        (told(waiting=1, logged=1, paused=0) | {"waiting": ""}, None),
    ],
)
def test_how_long_somebody_would_wait(asterisk: dict[str, str], queue: Queue | None) -> None:
    assert estimated(asterisk) == queue
