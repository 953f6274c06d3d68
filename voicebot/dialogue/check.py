"""Check flows: read, lint, prove and rehearse every one that is found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voicebot.dialogue.lint import lint
from voicebot.dialogue.loader import read_as, read_flow, read_source
from voicebot.dialogue.problems import FlowProblem, UnusableFlow
from voicebot.dialogue.proof import prove
from voicebot.dialogue.script import Script, run_script

FLOWS = Path("flows")
TEST_SUFFIX = ".test.yaml"


def check(paths: Iterable[Path] = (FLOWS,)) -> list[FlowProblem]:
    """Everything wrong with the flows in ``paths``, files or folders; a test file stands for its flow."""
    found = {path: flows_in(path) for path in paths}
    empty = [FlowProblem(str(path), 1, 1, "there are no flows here") for path in found if not found[path]]
    flows = dict.fromkeys(flow for flows in found.values() for flow in flows)
    return sorted([*empty, *(problem for flow in flows for problem in check_flow(flow))])


def flows_in(path: Path) -> list[Path]:
    """The flows of a folder, or the one that a file is or tests."""
    if path.is_dir():
        return sorted(file for file in path.glob("*.yaml") if not file.name.endswith(TEST_SUFFIX))
    return [path.with_name(path.name.replace(TEST_SUFFIX, ".yaml"))]


def check_flow(path: Path) -> list[FlowProblem]:
    """Everything wrong with one flow; its conversations are only held when they make sense."""
    try:
        flow, source = read_flow(path)
        if problems := source.problems(lint(flow)):
            return problems
        problems = source.problems(prove(flow))
        test = path.with_name(path.stem + TEST_SUFFIX)
        if not test.exists():
            return [*problems, FlowProblem(str(path), 1, 1, f"has no conversations: add {test.name}")]
        script_source = read_source(test)
        return [*problems, *script_source.problems(run_script(read_as(Script, script_source), flow))]
    except UnusableFlow as unusable:
        return list(unusable.problems)
