"""The intents that a flow names itself: are their names free, and do they lead anywhere? Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.checking.names import own_mentions
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BUILT_IN
from voicebot.dialogue.language.problems import Fault


def unusable_intents(flow: Flow) -> Iterator[Fault]:
    """Intents that go by a name that is taken."""
    for name in flow.intents:
        if name in BUILT_IN:
            message = f"{name!r} is understood in every flow: give your intent another name"
            yield Fault(("intents", name), message, key=True)


def unused_intents(flow: Flow) -> Iterator[Fault]:
    """Intents that lead nowhere."""
    used = {mention.name for mention in own_mentions(flow)}
    for name in flow.intents.keys() - used - BUILT_IN.keys():
        message = (
            f"{name!r} leads nowhere: add it to 'anywhere', 'once_verified' or a state's 'on', or remove it"
        )
        yield Fault(("intents", name), message, key=True)
