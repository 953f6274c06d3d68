"""Whom the rules hold back alike, so that among a million contacts few are asked about. Pure.

What was tried of a contact forbids less and less as time goes by. From the moment to which the rules put it
off until its next attempt, its past holds it back no more: the rules cannot tell it from others of its kind.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from voicebot.campaigns.choosing import CALLER_ID_FULL
from voicebot.campaigns.queue import Postpone

_MINUTE: Final = timedelta(minutes=1)
"""Hours open and close on the minute: within one the answer is the same."""


class HeldBack:
    """What the rules said this minute about contacts that only their kind holds back."""

    def __init__(self, kind_of: np.ndarray) -> None:
        """``kind_of`` has the kind of each contact."""
        self._kind_of = kind_of
        self._by_kind_alone = bytearray(len(kind_of))
        self._answers: dict[int, tuple[datetime, Postpone]] = {}

    def known(self, contact: int, now: datetime) -> Postpone | None:
        """Until when a contact waits, where another that the rules cannot tell from it was asked about."""
        if not self._by_kind_alone[contact]:
            return None
        good_before, postponed = self._answers.get(self._kind_of.item(contact), (now, None))
        return postponed if now < good_before else None

    def postponed(self, contact: int, now: datetime, postponed: Postpone) -> None:
        """The rules, or a caller id that is full for this contact alone, have put it off."""
        if self._by_kind_alone[contact] and postponed.reason != CALLER_ID_FULL:
            good_before = now.replace(second=0, microsecond=0) + _MINUTE
            self._answers[self._kind_of.item(contact)] = good_before, postponed
        self._by_kind_alone[contact] = True

    def dialled(self, contact: int) -> None:
        """One more attempt counts from now on."""
        self._by_kind_alone[contact] = False
