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
    found = dict.fromkeys(flow for path in paths for flow in flows_in(path))
    return sorted(problem for flow in found for problem in check_flow(flow))


def flows_in(path: Path) -> list[Path]:
    """The flows of a folder, or the one that a file is or tests."""
    if path.is_dir():
        return sorted(file for file in path.glob("*.yaml") if not file.name.endswith(TEST_SUFFIX))
    return [path.with_name(path.name.removesuffix(TEST_SUFFIX) + ".yaml")] if _is_test(path) else [path]


def check_flow(path: Path) -> list[FlowProblem]:
    """Everything wrong with one flow; its conversations are only held when they make sense."""
    try:
        flow, source = read_flow(path)
        if problems := source.problems(lint(flow)):
            return problems
        problems = source.problems(prove(flow))
        test = path.with_name(path.stem + TEST_SUFFIX)
        if not test.exists():
            return [
                *problems,
                FlowProblem(str(path), 1, 1, f"has no conversations: write {test.name} beside it"),
            ]
        script_source = read_source(test)
        return [*problems, *script_source.problems(run_script(read_as(Script, script_source), flow))]
    except UnusableFlow as unusable:
        return list(unusable.problems)


def _is_test(path: Path) -> bool:
    return path.name.endswith(TEST_SUFFIX)
