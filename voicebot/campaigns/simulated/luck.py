"""What people do when a telephone rings, by chance: the same seed has the same luck. Pure."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Final

from voicebot.campaigns.simulated.behaviour import Behaviour
from voicebot.campaigns.simulated.portfolio import INVALID, WRONG
from voicebot.campaigns.simulated.result import PROMISED
from voicebot.disposition import HUMANS, RIGHT_PARTY, Disposition

_LONG: Final = PROMISED | {Disposition.RPC_NEGOTIATE_XFER}
_MOST_ANSWERED: Final = 0.95
"""Nobody answers more surely than this."""
_TONE: Final = 3.0
"""Seconds until a line tells that nobody will answer."""


class Luck:
    """Draws what comes of each dial."""

    def __init__(self, behaviour: Behaviour, seed: int) -> None:
        self._behaviour = behaviour
        self._random = Random(seed)
        self._outcomes = list(behaviour.outcomes)
        self._weights = list(accumulate(behaviour.outcomes.values()))

    def comes_to(self, truth: int, reach: float, local: datetime) -> Disposition:
        """How a dial ends.

        Args:
            truth: what the telephone is, of ``portfolio``.
            reach: how often the person answers, beside others.
            local: the time there.
        """
        if truth == INVALID:
            return Disposition.SIT_INVALID
        model = self._behaviour
        answers = model.answer[local.hour] * model.weekdays[local.weekday()] * reach
        if self._random.random() < min(answers, _MOST_ANSWERED):
            return Disposition.WRONG_PARTY if truth == WRONG else self._with_person()
        return self._without_person()

    def rings(self, disposition: Disposition, most: float, *, answers: bool) -> float:
        """Seconds until somebody or something picks up, or the dial is over; never more than ``most``."""
        if disposition is Disposition.NO_ANSWER:
            return most
        return min(most, self._around(self._behaviour.seconds.rings if answers else _TONE))

    def lasts(self, disposition: Disposition) -> float:
        """Seconds from the answer to the end."""
        seconds = self._behaviour.seconds
        if disposition not in HUMANS:
            return self._around(seconds.machine)
        if disposition in _LONG:
            return self._around(seconds.promise)
        return self._around(seconds.talk if disposition in RIGHT_PARTY else seconds.other)

    def days_to_pay(self) -> int:
        """From a promise to its day."""
        mean = self._behaviour.days_to_pay
        return round(self._random.expovariate(1 / mean)) if mean else 0

    def keeps(self) -> bool:
        """Whether a promise is kept."""
        return self._random.random() < self._behaviour.kept

    def _with_person(self) -> Disposition:
        model, chance = self._behaviour, self._random.random
        if chance() < model.right_party:
            return self._random.choices(self._outcomes, cum_weights=self._weights)[0]
        return Disposition.THIRD_PARTY if chance() < model.third_party else Disposition.HUMAN_NO_RPC

    def _without_person(self) -> Disposition:
        model, luck = self._behaviour, self._random.random()
        for share, disposition in (
            (model.machine, Disposition.MACHINE),
            (model.busy, Disposition.BUSY),
            (model.rejected, Disposition.REJECTED),
            (model.unreachable, Disposition.UNREACHABLE),
            (model.carrier_error, Disposition.CARRIER_ERROR),
        ):
            if luck < share:
                return disposition
            luck -= share
        return Disposition.NO_ANSWER

    def _around(self, mean: float) -> float:
        return max(0.5, mean * (0.5 + self._random.random()))
