"""What a load test is to do, and when its callers speak."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SPEAKS_AT = (2.0, 6.0)
"""Seconds in each period: after the greeting, and into the answer to the first."""
PERIOD = 15.0
REPLIED_AFTER = 2.5
"""Seconds from the first word of an utterance by which its reply has begun."""
LONGEST_CALL = 70
"""Seconds: the flow that answers says goodbye after ten replies."""
NUMBERS = {"ari": "100", "rtp": "100", "audiosocket": "101"}
"""What dialplans/extensions.conf answers, by the way to the bot."""


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    calls: int
    rate: int
    """Calls begun per second."""
    seconds: int
    """Of each call."""
    way: str
    bot_core: int | None
    out: Path

    @property
    def whole_seconds(self) -> float:
        """From the first INVITE to the last BYE."""
        return self.calls / self.rate + self.seconds

    @property
    def utterances(self) -> int:
        """How often each caller speaks and must be answered."""
        replied = (n * PERIOD + at + REPLIED_AFTER for n in range(LONGEST_CALL) for at in SPEAKS_AT)
        return sum(at <= self.seconds for at in replied)
