"""Read flows from YAML files, and say everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from voicebot.contact.rulebook import Rulebook
from voicebot.dialogue.checking.compliance import forbidden, required_notices, unusable_rules
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.names import unresolved
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.problems import Fault, FlowProblem, UnusableFlow
from voicebot.dialogue.language.rules import CountryRules
from voicebot.dialogue.language.tones import note_unwritten, tones_of
from voicebot.dialogue.reading.assembly import assemble
from voicebot.dialogue.reading.files import Folder, Source
from voicebot.dialogue.reading.salvage import names_astray
from voicebot.dialogue.reading.typed_yaml import read_as

RULES = "rules"
"""The folder beside the flows with what countries forbid and require."""


def load_flow(path: Path) -> Flow:
    """The flow of a file, sound and proved.

    Raises:
        UnusableFlow: it cannot be read, has lint, breaks a proof or a country's rules; carries every problem
            that can be told.
    """
    return load(path)[0]


def load(path: Path) -> tuple[Flow, frozenset[Path]]:
    """The flow of a file, sound and proved, and all the files that it was made of.

    Raises:
        UnusableFlow: as ``load_flow``.
    """
    flow, source = read_flow(path)
    examined = examine(flow, source)
    if examined.problems:
        raise UnusableFlow(examined.problems)
    return flow, examined.files


class Examination(NamedTuple):
    """What came of examining a flow."""

    problems: list[FlowProblem]
    files: frozenset[Path]
    """That it and its rules were read from."""
    has_lint: bool
    """Whether it makes no sense, in any of its tones, whatever its words and ways come to."""


def examine(flow: Flow, source: Source) -> Examination:
    """Everything wrong with ``flow``.

    What is wrong, in any of its tones, is its lint, what its countries forbid, and the proofs that it breaks
    if it can be walked.
    """
    book, all_lint = read_rules(flow, source), list[Fault]()

    def faults(spoken: Flow) -> list[Fault]:
        found = lint(spoken)
        all_lint.extend(found)
        found = [*found, *forbidden(spoken, book.countries)]
        return found if unresolved(spoken) else found + prove(spoken, required_notices(book.countries))

    problems = [*book.problems, *problems_in_every_tone(flow, source, faults)]
    return Examination(problems, source.files | book.files, bool(all_lint))


def problems_in_every_tone(
    flow: Flow, source: Source, faults: Callable[[Flow], list[Fault]]
) -> list[FlowProblem]:
    """The ``faults`` of ``flow`` in all of its tones, each told once, where it is written."""
    tones = zip(flow.in_every_tone(), _in_every_tone(source), strict=True)
    return list(dict.fromkeys(problem for one, spoken in tones for problem in spoken.problems(faults(one))))


def read_flow(path: Path) -> tuple[Flow, Source]:
    """The flow of a file as it is written, with all that it includes and calls, neither linted nor proved.

    Raises:
        UnusableFlow: it is not YAML, or not in the language of flows; says too which names lead nowhere in
            the parts that are.
    """
    source = assembled(path)
    try:
        return read_in_every_tone(source), source
    except UnusableFlow as refused:
        astray = source.problems(names_astray(source.document.data))
        raise UnusableFlow({*refused.problems, *astray}) from None


def read_in_every_tone(source: Source) -> Flow:
    """The flow that ``source`` holds, in the first of its tones and knowing the others.

    Raises:
        UnusableFlow: what does not fit the language of flows, in any tone.
    """
    note_unwritten(source.document)
    flows: list[Flow] = []
    problems: set[FlowProblem] = set()
    for spoken in _in_every_tone(source):
        try:
            flows.append(read_as(Flow, spoken))
        except UnusableFlow as refused:
            problems |= set(refused.problems)
    if problems:
        raise UnusableFlow(problems)
    first, *others = flows
    return first.with_tones(dict(zip(first.tones[1:], others, strict=True)))


def _in_every_tone(source: Source) -> list[Source]:
    return [source.in_tone(tone) for tone in tones_of(source.document.data) or ("",)]


def assembled(path: Path) -> Source:
    """A file with all that it includes and calls.

    Raises:
        UnusableFlow: it, or a file that it needs, cannot be had.
    """
    folder = Folder(path)
    document = assemble(str(path), folder.read)
    return Source(document, frozenset(folder.files))


class CountryBook(NamedTuple):
    """The rules of countries, the files they are written in, and what is wrong with them."""

    countries: list[CountryRules]
    files: frozenset[Path]
    problems: list[FlowProblem]


def read_rules(flow: Flow, source: Source) -> CountryBook:
    """The rules of the countries that ``flow`` names.

    A country without rules is a problem: nobody knows what may be said there.
    """
    book = CountryBook([], frozenset(), [])
    for index, country in enumerate(flow.countries):
        path = Path(source.document.file).parent / RULES / f"{country.lower()}.yaml"
        if path.exists():
            rules, files, problems = read_country(path)
            book = CountryBook(book.countries + rules, book.files | files, book.problems + problems)
        else:
            known = ", ".join(sorted(one.stem.upper() for one in path.parent.glob("[a-z][a-z].yaml")))
            message = f"there are no rules for {country} in {path.parent}; there are {known or 'none yet'}"
            book.problems.append(source.problem(Fault(("countries", index), message)))
    return book


def read_country(path: Path) -> CountryBook:
    """The rules that a file holds."""
    try:
        source = assembled(path)
        rules = read_as(CountryRules, source)
    except UnusableFlow as unusable:
        return CountryBook([], frozenset({path}), list(unusable.problems))
    return CountryBook([rules], source.files, source.problems(unusable_rules(rules)))


def read_rulebook(folder: Path) -> Rulebook:
    """When people may be contacted in all the countries that have rules in a folder, such as ``flows/rules``.

    Raises:
        UnusableFlow: something in them is wrong; carries every problem.
    """
    books = [read_country(path) for path in sorted(folder.glob("[a-z][a-z].yaml"))]
    if problems := [problem for book in books for problem in book.problems]:
        raise UnusableFlow(problems)
    countries = [country for book in books for country in book.countries]
    return Rulebook({one.country: one.contact for one in countries if one.contact})
