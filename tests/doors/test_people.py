from __future__ import annotations

import pytest

from voicebot.campaigns.pacing import Queue
from voicebot.doors.people import estimated


@pytest.mark.parametrize(
    ("waiting", "free", "there", "held", "queue"),
    [
        ("0", "2", "3", "40", Queue(0, 2, 0.0)),
        ("0", "0", "2", "40", Queue(0, 0, 20.0)),  # one turn, and two who take them
        ("3", "0", "2", "40", Queue(3, 0, 80.0)),
        ("1", "2", "2", "40", Queue(1, 1, 0.0)),  # about to be taken
        ("0", "0", "0", "40", Queue(0, 0, float("inf"))),  # nobody is there
        ("0", "0", "2", None, Queue(0, 0, 0.0)),
        (None, "0", "2", "40", None),
        ("", "0", "2", "40", None),
    ],
)
def test_how_long_somebody_would_wait(
    waiting: str | None, free: str, there: str, held: str | None, queue: Queue | None
) -> None:
    assert estimated(waiting, free, there, held) == queue
