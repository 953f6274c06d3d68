"""What is wrong with the languages of a flow: there is each, and all that is said has a text in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.places import all_words
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.understanding.lexicon import LANGUAGES


def language_faults(flow: Flow) -> Iterator[Fault]:
    """Languages that there are not; or else what lacks a text in one, or has a text that is never said."""
    unknown = [
        Fault(("languages", index), f"cannot speak {language!r}{did_you_mean(language, LANGUAGES)}")
        for index, language in enumerate(flow.languages)
        if language not in LANGUAGES
    ]
    # Which languages are meant is not known then: what else differs from them would be a consequence.
    yield from unknown or _texts(flow)


def _texts(flow: Flow) -> Iterator[Fault]:
    for words in all_words(flow):
        for language in flow.languages:
            if language not in words.prompt:
                yield Fault(words.path, f"this prompt has no text in {language!r}")
        for language in words.prompt.keys() - set(flow.languages):
            yield _never_said(flow, (*words.path, language))
    for name, phrasing in flow.intents.items():
        for language in flow.languages:
            if language not in phrasing:
                yield Fault(("intents", name), f"this intent has no phrases in {language!r}")
        for language in phrasing.keys() - set(flow.languages):
            yield _never_said(flow, ("intents", name, language), key=True)
    for name, slot in flow.slots.items():
        for key, option in slot.options.items():
            if missing := [language for language in flow.languages if language not in option.words]:
                at = ("slots", name, "options", key, "words")
                yield Fault(at, f"this option has no words in {missing[0]!r}")


def _never_said(flow: Flow, path: Path, *, key: bool = False) -> Fault:
    spoken = ", ".join(flow.languages)
    return Fault(path, f"the flow does not speak {path[-1]!r}: its languages are {spoken}", key=key)
