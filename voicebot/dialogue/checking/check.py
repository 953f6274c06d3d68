"""Check flows: read, lint, prove and rehearse every one that is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from voicebot.dialogue.checking.coverage import Coverage, covered, marked
from voicebot.dialogue.checking.lint import lint_part, lint_subflow
from voicebot.dialogue.checking.script import Scenes, Script, hold
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.problems import Fault, FlowProblem, UnusableFlow
from voicebot.dialogue.reading.assembly import Unavailable
from voicebot.dialogue.reading.files import Folder, Source, read_source
from voicebot.dialogue.reading.loader import (
    RULES,
    Examination,
    assembled,
    examine,
    problems_in_every_tone,
    read_country,
    read_flow,
    read_in_every_tone,
)
from voicebot.dialogue.reading.part import as_flow
from voicebot.dialogue.reading.subflow import is_subflow
from voicebot.dialogue.reading.typed_yaml import read_as

FLOWS = Path("flows")
TEST_SUFFIX = ".test.yaml"
PARTS = "parts"
"""The folder of files that flows include and call: no flows themselves, and without conversations."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the conversations of one flow cover, and where what they do not is written."""

    coverage: Coverage
    never_entered: Sequence[FlowProblem]
    never_taken: Sequence[FlowProblem]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of checking: all that is wrong, and what was rehearsed."""

    problems: Sequence[FlowProblem]
    rehearsals: Sequence[Rehearsal] = ()


def check(paths: Iterable[Path] = (FLOWS,)) -> Report:
    """Everything wrong with the flows in ``paths``, files or folders; a test file stands for its flow."""
    found = {path: flows_in(path) for path in paths}
    empty = [FlowProblem(str(path), 1, 1, "there are no flows here") for path in found if not found[path]]
    reports = [check_flow(flow) for flow in dict.fromkeys(chain.from_iterable(found.values()))]
    problems = {*empty, *(problem for report in reports for problem in report.problems)}
    return Report(sorted(problems), [one for report in reports for one in report.rehearsals])


def flows_in(path: Path) -> list[Path]:
    """The flows of a folder with their parts and rules, or the one that a file is or tests."""
    places = ("*.yaml", f"{PARTS}/*.yaml", f"{RULES}/[a-z][a-z].yaml")
    files = [file for place in places for file in path.glob(place)] if path.is_dir() else [path]
    return sorted({file.with_name(file.name.replace(TEST_SUFFIX, ".yaml")) for file in files})


def check_flow(path: Path) -> Report:
    """Everything wrong with one flow and its conversations, which are only held when the flow makes sense."""
    if path.parent.name == PARTS:
        return Report(check_part(path))
    if path.parent.name == RULES:
        return Report(read_country(path).problems)
    test = path.with_name(path.stem + TEST_SUFFIX)
    if test.exists() and not path.exists():
        told = f"tests {path.name}, and there is no such flow beside it"
        return Report([FlowProblem(str(test), 1, 1, told)])
    try:
        flow, source = read_flow(path)
    except UnusableFlow as unusable:
        return Report([*unusable.problems, *_unheld(path, test)])
    examined = examine(flow, source)
    held = _rehearsed(test, flow, source, examined) if test.exists() else Report(_unheld(path, test))
    return Report([*examined.problems, *held.problems], held.rehearsals)


def check_part(path: Path) -> list[FlowProblem]:
    """What is wrong with a part by itself, whatever flow uses it."""
    try:
        part = assembled(path)
        source = replace(part, document=as_flow(part.document))
        flow = read_in_every_tone(source)
    except UnusableFlow as unusable:
        return list(unusable.problems)
    lint_it = lint_subflow if is_subflow(part.document) else lint_part
    return problems_in_every_tone(flow, source, lint_it)


def _unheld(path: Path, test: Path) -> Sequence[FlowProblem]:
    """What is wrong with the conversations of a flow by themselves."""
    if test.exists():
        try:
            read_as(Script, read_source(test))
        except UnusableFlow as unusable:
            return unusable.problems
    elif path.exists():
        return [FlowProblem(str(path), 1, 1, f"has no conversations: add {test.name}")]
    return []


def _rehearsed(test: Path, flow: Flow, source: Source, examined: Examination) -> Report:
    """What comes of the conversations of ``flow``."""
    try:
        scripts = list(scripts_of(test))
    except UnusableFlow as unusable:
        return Report(unusable.problems)
    if examined.has_lint:
        return Report([])
    followed, trails, problems = marked(flow), list[Sequence[Name]](), list[FlowProblem]()
    for written, script in scripts:
        held = hold(script, followed)
        trails += [one.trail for one in held]
        problems += written.problems(one.fault for one in held if one.fault)
    coverage = covered(flow, trails)
    return Report(problems, [Rehearsal(coverage, *map(source.problems, coverage.gaps()))])


def scripts_of(test: Path) -> Iterator[tuple[Source, Script]]:
    """The conversations of ``test``, and those that it includes, on its own day and with its own facts.

    Raises:
        UnusableFlow: a file cannot be read, or does not fit.
    """
    written, folder = read_source(test), Folder(test)
    script = read_as(Script, written)
    yield written, script
    for index, name in enumerate(script.include):
        try:
            shared = Source(folder.read(str(test.parent / name)))
        except Unavailable as fault:
            at = ("include", index) if ("include", index) in written.document.values else ("include",)
            raise UnusableFlow([written.problem(Fault(at, f"{name}: {fault}"))]) from None
        yield shared, script.model_copy(update={"tests": read_as(Scenes, shared).tests})
