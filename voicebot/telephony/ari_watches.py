"""Who hears of which channel. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voicebot.telephony.ari_events import Dial, LegEvent


class Watch:
    """Hears what happens to one channel until it is closed."""

    __slots__ = ("_close", "away", "channel_id", "in_asterisk", "take")

    def __init__(
        self, channel_id: str, take: Callable[[LegEvent], None], close: Callable[[Watch], None]
    ) -> None:
        self.channel_id = channel_id
        self.take = take
        self.in_asterisk = False
        """The channel is known to exist there, so that its absence after a reconnect means its end."""
        self.away = False
        """It goes its own way in the dialplan, and its owner wants to hear of it: missing from our
        application means nothing then, and after a reconnect the subscription is renewed. To be set, and
        subscribed to, before the channel is sent off: what happens first would be missed."""
        self._close = close

    def close(self) -> None:
        """Hear no more; closing twice is fine."""
        self._close(self)


class Watches:
    """All watches, one for a channel at most."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}

    def __iter__(self) -> Iterator[Watch]:
        return iter(tuple(self._watches.values()))

    def open(self, channel_id: str, take: Callable[[LegEvent], None]) -> Watch:
        """Hear a channel's events, in order, until the watch is closed."""
        assert channel_id not in self._watches, f"{channel_id} is watched already"
        watch = self._watches[channel_id] = Watch(channel_id, take, self._forget)
        return watch

    def tell(self, event: LegEvent) -> bool:
        """Pass an event on to those whom it concerns; whether there was anybody."""
        heard = False
        for channel_id in _concerned(event):
            if watch := self._watches.get(channel_id):
                heard = watch.in_asterisk = True
                watch.take(event)
        return heard

    def _forget(self, watch: Watch) -> None:
        if self._watches.get(watch.channel_id) is watch:
            del self._watches[watch.channel_id]


def _concerned(event: LegEvent) -> tuple[str, ...]:
    """Whose event it is: a dial is that of both ends."""
    if isinstance(event, Dial) and event.caller is not None:
        return event.channel_id, event.caller.id
    return (event.channel_id,)
