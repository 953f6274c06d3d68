"""What is wrong with what a flow says. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from jinja2 import TemplateError, TemplateSyntaxError

from voicebot.dialogue.checking.wording import NOTICE_WORDS, gives
from voicebot.dialogue.language.flow import Fact, Flow, Slot
from voicebot.dialogue.language.notation import Kind
from voicebot.dialogue.language.places import Words, all_words, words_of
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.language.prompts import Chosen, names_in, render, seconds_of_speech
from voicebot.dialogue.language.states import Tell
from voicebot.dialogue.understanding.lexicon import LANGUAGES

LONGEST_PROMPT = 12.0
"""Seconds; people stop listening to a telephone voice about there."""

_SAMPLES = {
    Kind.TEXT: "Ana",
    Kind.MONEY: Decimal("250.00"),
    Kind.DATE: date(2026, 11, 27),
    Kind.DIGITS: "1234",
    Kind.NUMBER: 3,
    Kind.TIME: time(17, 30),
    Kind.YES_NO: "yes",
    Kind.PHONE: "+12025550142",
    Kind.NAME: "Ana",
}


def prompt_faults(flow: Flow) -> Iterator[Fault]:
    """Prompts that cannot be said, or that nobody would listen to, in any language of the flow."""
    for words in all_words(flow):
        for language, template in words.prompt.items():
            if language in flow.languages and language in LANGUAGES:
                yield from _template(flow, words, (*words.path, language), template, language)


def _template(flow: Flow, words: Words, path: Path, template: str, language: str) -> Iterator[Fault]:
    declared = {**flow.facts, **flow.slots}
    try:
        unknown = names_in(template) - declared.keys() - words.extra
    except TemplateSyntaxError as fault:
        yield Fault(path, f"this template cannot be read: {fault.message}")
        return
    for name in sorted(unknown):
        yield Fault(path, f"{{{{ {name} }}}} is no fact and no slot{did_you_mean(name, declared)}")
    if not unknown:
        yield from _spoken(flow, words, path, template, language)


def _spoken(flow: Flow, words: Words, path: Path, template: str, language: str) -> Iterator[Fault]:
    samples = {name: _sample(what) for name, what in (flow.facts | flow.slots).items()}
    samples |= dict.fromkeys(words.extra, "")
    if "limit" in words.extra:
        samples["limit"] = _sample(flow.slots[str(path[1])])
    try:
        said = render(template, samples, language=language, currency="USD", today=date(2026, 11, 23))
    except (TemplateError, ValueError, TypeError, AttributeError) as fault:
        yield Fault(path, f"this template cannot be said: {fault}")
        return
    seconds = seconds_of_speech(said)
    if seconds > LONGEST_PROMPT and words.heard:
        yield Fault(path, f"takes {seconds:.0f} s to say, {LONGEST_PROMPT:.0f} at most: split or shorten it")


def _sample(what: Fact | Slot) -> object:
    """A value that ``what`` may hold."""
    options = what.options if isinstance(what, Slot) else {}
    if what.kind is not Kind.CHOICE or not options:
        return _SAMPLES.get(what.kind, "")
    return Chosen.of(next(iter(options)), options)


def notice_faults(flow: Flow) -> Iterator[Fault]:
    """A prompt that is declared to give a notice says so in words, in every language and at any time."""
    for name, state in flow.states.items():
        if isinstance(state, Tell) and state.tells:
            for slot in sorted(Words((), state.say).names() & flow.slots.keys()):
                why = "who changes the language hears the notice again"
                yield Fault(("states", name, "say"), f"{slot!r} may change, and {why}: name facts alone")
        for notice in state.tells if isinstance(state, Tell) else ():
            for words in words_of(name, state):
                for language, template in words.readable().items():
                    if not gives(notice, template, language):
                        known = ", ".join(NOTICE_WORDS[notice].get(language, ()))
                        yield Fault(
                            (*words.path, language),
                            f"does not say that this is {notice}: use a word of {known}",
                        )
