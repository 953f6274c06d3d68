"""Campaigns of a server: the dialer with its queue, its files and its rules, and the calls it is told of."""

from __future__ import annotations

from collections.abc import Callable

from voicebot.calls.events import CallAnswered, CallEvent
from voicebot.calls.journal import Journal
from voicebot.campaigns.dialer import Dialer
from voicebot.campaigns.law import Law
from voicebot.campaigns.lines import Door, Share
from voicebot.campaigns.scripts import Scripts
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import RULES, read_rulebook
from voicebot.number_key import number_key
from voicebot.settings import Settings
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.sql import SqlStore


def open_dialer(
    settings: Settings, store: SqlStore, door: Door, share: Share, on_flow: Callable[[Flow], None]
) -> Dialer:
    """A dialer for the campaigns of ``campaigns_dir``; ``on_flow`` is told of each flow that is about to be
    spoken.

    Raises:
        FlowError: the contact rules of a country are not sound.
        SettingsError: the secret of suppressed numbers is none.
    """
    law = Law(read_rulebook(settings.flows_dir / RULES))
    scripts = Scripts(settings.campaigns_dir, settings.flows_dir, refused=settings.stt.refused)
    scripts.on_flow = on_flow
    queue = SqlContactQueue(store.database)
    return Dialer(queue, store, door, scripts, number_key(settings), law, share=share)


class PickedUp:
    """Tells a dialer which of its calls were answered."""

    def __init__(self) -> None:
        self.told: Callable[[str], None] = lambda call_id: None

    def follow(self, journal: Journal) -> None:
        """Listen to a call."""
        journal.follow(self._hear)

    def _hear(self, event: CallEvent) -> None:
        if isinstance(event, CallAnswered):
            self.told(event.call_id)
