"""A flow with many mistakes names every one of them where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.small import SMALL, small
from voicebot.dialogue.loader import load_flow, read_flow
from voicebot.dialogue.problems import FlowProblem, UnusableFlow


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "small.yaml"


def problems(path: Path, text: str) -> list[str]:
    """What is wrong with ``text``, each as ``line:column: message``."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableFlow) as unusable:
        load_flow(path)
    return [str(problem).removeprefix(f"{path}:") for problem in unusable.value.problems]


def test_sound_flow_is_loaded(written: Path) -> None:
    written.write_text(SMALL, encoding="utf-8")
    assert load_flow(written) == small()


def test_version_follows_the_content_and_not_the_layout(written: Path) -> None:
    written.write_text("# a comment\n" + SMALL, encoding="utf-8")
    assert read_flow(written)[0].version == small().version
    assert small({"start": "who"}).version != small().version


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("id: small", "id: Small", "'Small' is no name: use small letters, digits and underscores"),
        ("give_up: human", "giveup: human", "unknown key 'giveup': did you mean 'give_up'?"),
        ("expect: yes_no", "expect: yesno", "'yesno' is not known: did you mean 'yes_no'?"),
        ("conclude: DNC", "conclude: DCN", "'DCN' is not known: did you mean 'DNC'?"),
        ("once_verified:", "once_verifed:", "unknown key 'once_verifed': did you mean 'once_verified'?"),
        ("then: who", "than: who", "unknown key 'than': did you mean 'then'?"),
        ("kind: money", "kind: cash", "'cash' is not known; there is text, money, date, digits"),
        ("max: balance", "maximum: balance", "unknown key 'maximum': did you mean 'max'?"),
        ("max: balance", "max: 12 dollars", "'12 dollars' is no amount and no name of a fact"),
        (
            "today + 30 days",
            "in 30 days",
            "'in 30 days' is no day: write today, today + 30 days, or a date fact",
        ),
        ("hold_on:", "holdon:", "unknown key 'holdon': did you mean 'hold_on'?"),
        ("no_match: {", "no_mach: {", "'no_match' is missing here"),
        ("stop_calling: opt_out", "stop_caling: opt_out", "'stop_caling' is not known: did you mean"),
        ("date: pay_on, ", "day: pay_on, ", "unknown key 'day'; there is amount, date, of"),
        ("start: greet", "start: ", "there is nothing written here"),
        ('say: {en: "When?"}', "say: When?", "write one text per language, such as {en: ...}"),
        ("start: greet", "start: greet\nstart: who", "'start' is written twice: keep one"),
        ("start: greet", "start: gret", "there is no state 'gret': did you mean 'greet'?"),
        ("interruptible: false", "interruptible: true", "a legal notice is heard to its end"),
    ],
)
def test_mistake_is_named_with_what_to_do(written: Path, right: str, wrong: str, message: str) -> None:
    assert right in SMALL
    found = problems(written, SMALL.replace(right, wrong, 1))
    assert any(message in problem for problem in found), found


def test_all_mistakes_are_told_at_once_in_order(written: Path) -> None:
    text = SMALL.replace("once_verified", "once_verifed").replace("conclude: DNC", "conclude: DNS")
    lines = [int(problem.split(":")[0]) for problem in problems(written, text)]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_place_is_line_and_column(written: Path) -> None:
    [problem] = problems(written, SMALL.replace("start: greet", "start: gret"))
    line = SMALL.split("\n").index("start: greet") + 1
    assert problem.startswith(f"{line}:8: ")


def test_state_of_no_kind_is_told_what_makes_a_kind(written: Path) -> None:
    found = problems(written, SMALL.replace("  opt_out: {", '  mute: {say: {en: "Oh."}}\n  opt_out: {'))
    assert any("a state needs 'give_up' if it asks, else one of" in problem for problem in found)


def test_what_is_no_mapping_is_no_flow(written: Path) -> None:
    [problem] = problems(written, "- a\n- b\n")
    assert problem.startswith("1:1: ")


LINES = SMALL.splitlines()
SCRAPS = st.sampled_from([*LINES, "", "- a", "x: [", "say: 1", "  on: {yes: no}", "\tx: 1", "? - a", "a: *b"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), SCRAPS), min_size=1, max_size=3))
def test_any_mangled_flow_is_sound_or_explained(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str]]
) -> None:
    lines = list(LINES)
    for number, scrap in edits:
        lines[number] = scrap
    path = tmp_path_factory.getbasetemp() / "mangled.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert all(0 < problem.line <= len(lines) + 1 for problem in problems_if_any(path))


def problems_if_any(path: Path) -> tuple[FlowProblem, ...]:
    """What is wrong with a flow that may be sound."""
    try:
        load_flow(path)
    except UnusableFlow as unusable:
        return unusable.problems
    return ()


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(UnusableFlow, match=r"nowhere\.yaml:1:1: cannot be read"):
        load_flow(tmp_path / "nowhere.yaml")
