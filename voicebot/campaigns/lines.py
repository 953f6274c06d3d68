"""The lines of this process: which attempts hold them, and how many dials may start now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from voicebot.calls.matter import Matter
from voicebot.calls.record import CallRecord
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.pacing import Level, Load, Queue, dials_now, share_of
from voicebot.errors import TelephonyError
from voicebot.telephony.channel import OriginateRequest

log = structlog.get_logger(__name__)


class Door(Protocol):
    """The way out: ``AriDoor``."""

    @property
    def reachable(self) -> bool:
        """Asterisk can be told to dial."""

    @property
    def free_places(self) -> int:
        """Calls that this process may hold besides those it holds."""

    def free_lines(self, trunk: str) -> int:
        """Lines of a trunk that nobody has reserved.

        Raises:
            TelephonyError: there is no such trunk.
        """

    def holds(self, call_id: str) -> bool:
        """Whether a call has its line and its place."""

    async def place(self, request: OriginateRequest, matter: Matter) -> CallRecord:
        """Dial, and hold the call; as ``AriDoor.place``."""

    async def people(self, queue: str) -> Queue | None:
        """The people of a queue, and who waits for them; ``None`` when nobody can tell."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of every limit that a process has to itself."""

    number: int = 1
    """From 1."""
    count: int = 1


ALONE: Final = Share()


@dataclass(slots=True)
class _Attempt:
    campaign: str
    trunk: str
    talking: bool = False


class Lines(Collection[str]):
    """The attempts that go on in this process, by their ids."""

    def __init__(self, door: Door, share: Share = ALONE) -> None:
        self._door = door
        self._share = share
        self._attempts: dict[str, _Attempt] = {}
        self._unknown: set[str] = set()

    def __len__(self) -> int:
        return len(self._attempts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._attempts)

    def __contains__(self, attempt_id: object) -> bool:
        return attempt_id in self._attempts

    def take(self, attempt_id: str, campaign: str, trunk: str) -> None:
        """An attempt begins."""
        self._attempts[attempt_id] = _Attempt(campaign, trunk)

    def answered(self, call_id: str) -> bool:
        """Somebody or something picked up; False when the call is none of ours."""
        attempt = self._attempts.get(call_id)
        if attempt is not None:
            attempt.talking = True
        return attempt is not None

    def release(self, attempt_id: str) -> None:
        """An attempt is over, and what follows it is on disk."""
        del self._attempts[attempt_id]

    @property
    def reachable(self) -> bool:
        """Asterisk can be told to dial."""
        return self._door.reachable

    def free_trunks(self, settings: CampaignSettings) -> list[str]:
        """Those of a campaign that have a free line, the one to use first in front."""
        return [trunk for trunk in settings.trunks if self._free(trunk) > 0]

    def dials(self, campaign: str, settings: CampaignSettings, level: Level) -> int:
        """How many dials of a campaign to start in this moment."""
        own = [attempt for attempt in self._attempts.values() if attempt.campaign == campaign]
        talking = sum(attempt.talking for attempt in own)
        load = Load(
            talking=talking,
            ringing=len(own) - talking,
            trunk_free=sum(self._free(trunk) for trunk in settings.trunks),
            places_free=max(0, self._door.free_places - len(self._on_their_way())),
        )
        lines = share_of(settings.lines, self._share.number, self._share.count)
        return dials_now(lines, load, level)

    def _free(self, trunk: str) -> int:
        try:
            free = self._door.free_lines(trunk)
        except TelephonyError as error:
            if trunk not in self._unknown:
                log.error("trunk_unknown", trunk=trunk, why=str(error))
            self._unknown.add(trunk)
            return 0
        return max(0, free - sum(attempt.trunk == trunk for attempt in self._on_their_way()))

    def _on_their_way(self) -> list[_Attempt]:
        """Attempts that have not reserved their line yet."""
        return [one for call_id, one in self._attempts.items() if not self._door.holds(call_id)]
