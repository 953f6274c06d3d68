"""Check flows: read, lint, prove and rehearse every one that is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from voicebot.dialogue.files import read_source
from voicebot.dialogue.flow import Flow
from voicebot.dialogue.lint import lint, lint_part, lint_subflow
from voicebot.dialogue.loader import (
    RULES,
    assembled,
    examine,
    problems_in_every_tone,
    read_country,
    read_flow,
    read_in_every_tone,
)
from voicebot.dialogue.part import as_flow
from voicebot.dialogue.problems import FlowProblem, UnusableFlow
from voicebot.dialogue.script import Script, run_script
from voicebot.dialogue.subflow import is_subflow
from voicebot.dialogue.typed_yaml import read_as

FLOWS = Path("flows")
TEST_SUFFIX = ".test.yaml"
PARTS = "parts"
"""The folder of files that flows include and call: no flows themselves, and without conversations."""


def check(paths: Iterable[Path] = (FLOWS,)) -> list[FlowProblem]:
    """Everything wrong with the flows in ``paths``, files or folders; a test file stands for its flow."""
    found = {path: flows_in(path) for path in paths}
    empty = [FlowProblem(str(path), 1, 1, "there are no flows here") for path in found if not found[path]]
    flows = dict.fromkeys(flow for flows in found.values() for flow in flows)
    return sorted({*empty, *(problem for flow in flows for problem in check_flow(flow))})


def flows_in(path: Path) -> list[Path]:
    """The flows of a folder with their parts and rules, or the one that a file is or tests."""
    places = ("*.yaml", f"{PARTS}/*.yaml", f"{RULES}/[a-z][a-z].yaml")
    files = [file for place in places for file in path.glob(place)] if path.is_dir() else [path]
    return sorted({file.with_name(file.name.replace(TEST_SUFFIX, ".yaml")) for file in files})


def check_flow(path: Path) -> list[FlowProblem]:
    """Everything wrong with one flow and its conversations, which are only held when the flow makes sense."""
    if path.parent.name == PARTS:
        return check_part(path)
    if path.parent.name == RULES:
        return read_country(path).problems
    test = path.with_name(path.stem + TEST_SUFFIX)
    if test.exists() and not path.exists():
        return [FlowProblem(str(test), 1, 1, f"tests {path.name}, and there is no such flow beside it")]
    flow, problems = _examined(path)
    if path.exists() and not test.exists():
        return [*problems, FlowProblem(str(path), 1, 1, f"has no conversations: add {test.name}")]
    return [*problems, *(_rehearsed(test, flow) if path.exists() else ())]


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


def _examined(path: Path) -> tuple[Flow | None, list[FlowProblem]]:
    """The flow, if it is one, and everything wrong with it."""
    try:
        flow, source = read_flow(path)
    except UnusableFlow as unusable:
        return None, list(unusable.problems)
    return flow, examine(flow, source)[0]


def _rehearsed(test: Path, flow: Flow | None) -> list[FlowProblem]:
    """What is wrong with the conversations of ``flow``."""
    try:
        source = read_source(test)
        script = read_as(Script, source)
    except UnusableFlow as unusable:
        return list(unusable.problems)
    sayable = flow and not any(map(lint, flow.in_every_tone()))
    return source.problems(run_script(script, flow)) if flow and sayable else []
