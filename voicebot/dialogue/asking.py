"""How a question is put: what is said, and what is listened for. Pure."""

from __future__ import annotations

from voicebot.dialogue.actions import Listen, Say
from voicebot.dialogue.expecting import (
    ListeningState,
    asked_for,
    choice_keys,
    expects,
    heard_besides,
    option_keys,
)
from voicebot.dialogue.keypad import answer_length
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.notation import Kind, Name, Prompt
from voicebot.dialogue.language.prompts import Chosen, names_in, render
from voicebot.dialogue.language.states import Ask, ReadBack, Verify
from voicebot.dialogue.understanding.grammar import listen_context


def words(prompt: Prompt, known: Knowledge, **extra: object) -> str:
    """``prompt`` in the language of the call, filled with what is known, as a sentence."""
    values = {**known.values, **_chosen(known), **extra}
    how = {"language": known.language, "currency": known.currency, "country": known.country}
    said = render(prompt[known.language], values, **how, today=known.today)
    return said[:1].upper() + said[1:]


def _chosen(known: Knowledge) -> dict[str, Chosen]:
    """The choices that were made, in words of their own."""
    choices = ((name, slot.options) for name, slot in known.flow.slots.items() if slot.options)
    return {
        name: Chosen.of(str(known.slots[name]), options) for name, options in choices if name in known.slots
    }


def say(prompt: Prompt, known: Knowledge, *, interruptible: bool = True, **extra: object) -> Say:
    """Say ``prompt``; one that is filled with anything is taken to be about this person."""
    personal = bool(names_in(prompt[known.language]))
    return Say(words(prompt, known, **extra), known.language, interruptible, personal)


def question(state: ListeningState, known: Knowledge) -> list[Say]:
    """The question of ``state`` in full."""
    if isinstance(state, ReadBack):
        # The values are heard to their end: a yes to the question behind them is a yes to all of them.
        return [say(state.say, known, interruptible=False), say(state.ask, known)]
    return [say(state.say, known, interruptible=state.interruptible)]


def again(state: ListeningState, known: Knowledge, *, by_keypad: bool = False) -> str:
    """The question of ``state`` once more, shorter where it has a shorter form, or for the keypad."""
    if by_keypad and state.keypad:
        return words(state.keypad, known)
    full = state.ask if isinstance(state, ReadBack) else state.say
    return words(state.again or full, known)


def put_again(state: ListeningState, known: Knowledge, *, by_keypad: bool = False) -> list[Say]:
    """The question of ``state`` after a digression: shorter, but what a yes confirms is read back in full."""
    prompt = state.again or state.say
    if isinstance(state, ReadBack):
        values, prompt = question(state, known)[:1], state.ask
    else:
        values = []
    if by_keypad and state.keypad:
        prompt = state.keypad
    return [*values, say(prompt, known)]


def listen(
    name: Name, state: ListeningState, known: Knowledge, *, wait: float | None = None, deaf: bool = False
) -> Listen:
    """Wait for the answer; by keypad alone when the recogniser is ``deaf`` and the state can be typed."""
    return Listen(
        state=name,
        expects=expects(state, known.flow),
        context=listen_context(asked_for(state, known), heard_besides(state, known)),
        no_input=wait or state.wait,
        keys=_whole_answer(state, known),
        patience=state.patience,
        keypad_only=deaf and state.keypad is not None,
    )


def _whole_answer(state: ListeningState, known: Knowledge) -> int:
    """How many keys answer ``state``."""
    if choices := choice_keys(state, known.flow):
        return 1 if all(len(key) == 1 for key in choices) else 0
    if option_keys(state, known.flow):
        return 1
    if isinstance(state, Verify):
        return answer_length(Kind.DIGITS, digits=len(str(known.facts[state.verify])))
    if isinstance(state, Ask) and state.collect:
        return answer_length(known.flow.slots[state.collect].kind)
    return 0
