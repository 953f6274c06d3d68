"""After a connection came about: what became of our channels while nobody listened. Pure.

``GET applications/NAME`` lists the channels that the application hears of: those in Stasis, those it dials
and those it subscribed to. Where each of them is stands in ``GET channels`` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from voicebot.telephony.ari_events import ChannelFacts, ChannelLost, ChannelOrphaned, StasisStart


class Watched(Protocol):
    """What is known of a channel that somebody watches."""

    @property
    def channel_id(self) -> str: ...
    @property
    def in_asterisk(self) -> bool: ...
    @property
    def away(self) -> bool: ...


class Found(NamedTuple):
    """What is to be told, and done."""

    news: tuple[ChannelLost | StasisStart, ...] = ()
    """For those who watch: a channel is gone, or came back and the event was lost with the connection."""
    orphans: tuple[ChannelOrphaned, ...] = ()
    """Channels of ours that nobody watches."""
    unheard: tuple[str, ...] = ()
    """Channels that are away, and of which we would hear nothing."""


def reconcile(
    apps: Collection[str],
    watches: Iterable[Watched],
    heard: Collection[str],
    channels: Mapping[str, ChannelFacts],
    arrived: Collection[str],
) -> Found:
    """Compare what is watched with what the application has ``heard`` of, and all ``channels``.

    ``apps`` are the names by which channels may have come to us; ``arrived`` came to the application after
    the connection did: their story is known.
    """
    known = {watch.channel_id: watch for watch in watches}
    silent = [w for name, w in known.items() if w.in_asterisk and name not in arrived]
    away = [channels[w.channel_id] for w in silent if w.away and w.channel_id in channels]
    gone = [w.channel_id for w in silent if w.channel_id not in (channels if w.away else heard)]
    ours = [channels[name] for name in sorted({*heard} - known.keys() - {*arrived}) if name in channels]
    return Found(
        (*map(ChannelLost, gone), *(_return_of(facts) for facts in away if facts.in_application(apps))),
        # Of a caller who talks to people we may hear as well: hanging up on them would be the worst of all.
        tuple(
            ChannelOrphaned(facts.id) for facts in ours if facts.dialled_by_us or facts.in_application(apps)
        ),
        tuple(facts.id for facts in away if facts.id not in heard),
    )


def _return_of(facts: ChannelFacts) -> StasisStart:
    return StasisStart(channel=facts, args=facts.stasis_arguments)
