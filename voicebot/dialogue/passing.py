"""What states do that wait for nobody: say something, fill slots in, choose a way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from voicebot.dialogue.actions import Say
from voicebot.dialogue.asking import say
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.condition import condition, holds
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.states import Assign, Choose, Tell
from voicebot.dialogue.language.values import Value
from voicebot.dialogue.slots import assigned


@dataclass(frozen=True, slots=True)
class Passed:
    """A state gone through: what was said and filled in, and where it leads."""

    then: Name
    said: tuple[Say, ...] = ()
    slots: Mapping[Name, Value] = field(default_factory=dict)


def passed(state: Tell | Assign | Choose, known: Knowledge) -> Passed:
    """What comes of going through ``state``."""
    match state:
        case Tell():
            return Passed(state.then, (say(state.say, known, interruptible=state.interruptible),))
        case Assign():
            return Passed(state.then, slots=assigned(state, known.flow.slots, known.values, known.today))
        case Choose():
            return Passed(_chosen(state, known))
        case _:
            assert_never(state)


def _chosen(state: Choose, known: Knowledge) -> Name:
    for option in state.choose:
        if holds(condition(option.when), known.values, verified=known.verified, today=known.today):
            return option.then
    return state.otherwise
