"""A flow with many mistakes names every one of them where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.small import SMALL, small
from voicebot.dialogue.language.problems import FlowProblem, UnusableFlow
from voicebot.dialogue.reading.loader import load_flow, read_flow


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
        (
            "languages: [en]",
            "languages: [en]\ncountries: [USA]",
            "'USA' is no country: write ISO 3166's two capital letters, such as US",
        ),
        ("give_up: human", "giveup: human", "unknown key 'giveup': did you mean 'give_up'?"),
        ("expect: yes_no", "expect: yesno", "'yesno' is not known: did you mean 'yes_no'?"),
        ("conclude: DNC", "conclude: DCN", "'DCN' is not known: did you mean 'DNC'?"),
        ("once_verified:", "once_verifed:", "unknown key 'once_verifed': did you mean 'once_verified'?"),
        ("then: who", "than: who", "unknown key 'than': did you mean 'then'?"),
        ("kind: money", "kind: cash", "'cash' is not known; there is text, money, date, digits"),
        ("max: balance", "maximum: balance", "unknown key 'maximum': did you mean 'max'?"),
        (
            "max: balance",
            "max: 12 dollars",
            "'12 dollars' is no amount: write 100, balance, 20% of",
        ),
        (
            "today + 30 days",
            "in 30 days",
            "'in 30 days' is no day and no time: write today, today + 30 days",
        ),
        ("languages: [en]", "languages: {}", "a list is needed here, such as [a, b]"),
        ("hold_on:", "holdon:", "unknown key 'holdon': did you mean 'hold_on'?"),
        ("no_match: {", "no_mach: {", "'no_match' is missing here"),
        ("stop_calling: opt_out", "stop_caling: opt_out", "'stop_caling' is not known: did you mean"),
        ("date: pay_on, ", "day: pay_on, ", "unknown key 'day'; there is amount, date, of"),
        ("start: greet", "start: ", "there is nothing written here"),
        ('say: {en: "When?"}', "say: When?", "write one text per language, such as {en: ...}"),
        ("start: greet", "start: greet\nstart: who", "'start' is written twice: keep one"),
        ("start: greet", "start: gret", "there is no state 'gret': did you mean 'greet'?"),
        ("interruptible: false", "interruptible: true", "a legal notice is heard to its end"),
        ("interruptible: false", "interruptible: maybe", "write true or false, not 'maybe'"),
        ('{en: "When?"}', "{en: 12}", "12 is a number to YAML: put it in quotes to make it text"),
        ('{en: "When?"}', "{en: true}", "true is a value to YAML: put the word in quotes"),
        ('say: {en: "When?"}', "say:\n      en: #1", "a text that begins with # needs quotes"),
        ("{yes: verify,", "{true: verify,", "'true' is a value, not what people say: write yes"),
        ("conclude: DNC", "conclude: dnc", "'dnc' is not known: did you mean 'DNC'?"),
        ("give_up: human", "give-up: human", "unknown key 'give-up': did you mean 'give_up'?"),
        (
            "give_up: human\n    when",
            "give_up: human\n    tries: two\n    when",
            "a whole number is needed here, not 'two'",
        ),
        ("give_up: human\n    when", "give_up: human\n    tries: 9\n    when", "5 at most is possible here"),
        ("give_up: human\n    when", "give_up: human\n    wait: 0.5\n    when", "1 at least is needed here"),
        ("languages: [en]", "languages: []", "at least one is needed here"),
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


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "hello", "12"])
def test_what_is_no_mapping_is_told_how_a_flow_begins(written: Path, text: str) -> None:
    assert problems(written, text) == ["1:1: a flow is a mapping that begins with `id:`"]


def test_lint_does_not_hide_a_broken_proof(written: Path) -> None:
    found = problems(
        written, SMALL.replace("right: amount", "right: nobody").replace("no: stranger", "no: amount")
    )
    assert any("'balance' is said before the right party is verified" in problem for problem in found)
    found = problems(
        written, SMALL.replace("yes: record", "yes: human").replace("no: stranger", "no: amount")
    )
    assert any("no state leads to 'record'" in problem for problem in found)
    assert any("'balance' is said before the right party is verified" in problem for problem in found)


def test_read_back_that_is_left_out_is_named_by_lint_and_proof(written: Path) -> None:
    found = problems(written, SMALL.replace("collected: read_back", "collected: record"))
    assert any("no state leads to 'read_back'" in problem for problem in found)
    assert any("'amount' was not read back and confirmed with yes" in problem for problem in found)


def test_circle_is_named_beside_the_states_it_cuts_off(written: Path) -> None:
    found = problems(
        written, SMALL.replace("interruptible: false\n    then: who", "interruptible: false\n    then: greet")
    )
    assert any("goes round for ever: greet -> greet" in problem for problem in found)
    assert any("no state leads to 'who'" in problem for problem in found)


@pytest.mark.parametrize(
    "refused",
    ["conclude: DNS", "conclud: DNC", "conclude: [DNC]", "conclude: DNC, verify: {}"],
)
def test_what_is_refused_does_not_hide_names_that_lead_nowhere(written: Path, refused: str) -> None:
    text = SMALL.replace("conclude: DNC", refused).replace("wrong: nobody", "wrong: nobdy")
    found = problems(
        written, text.replace("collect: pay_on", "collect: payon").replace("verify: last4", "verify: last5")
    )
    for message in ("no state 'nobdy'", "no slot 'payon'", "no fact 'last5'"):
        assert any(message in problem for problem in found), found
    assert not any("there is no state 'opt_out'" in problem for problem in found)


def test_flow_without_its_beginnings_still_tells_of_its_names(written: Path) -> None:
    text = (
        SMALL.replace("id: small\n", "").replace("start: greet\n", "").replace("no: stranger", "no: strangr")
    )
    assert [problem.split(": ", 1)[1] for problem in problems(written, text)] == [
        "'id' is missing here",
        "'start' is missing here",
        "there is no state 'strangr': did you mean 'stranger'?",
    ]


def test_section_of_the_wrong_kind_is_told_what_it_is(written: Path) -> None:
    assert "a mapping is needed here, such as {key: value}" in " ".join(
        problems(written, "id: a\nstates: []")
    )


def test_said_twice_does_not_hide_what_else_is_wrong(written: Path) -> None:
    found = problems(written, SMALL.replace("start: greet", "start: greet\nstart: gret\nfoo: 1"))
    told = ("'start' is written twice", "there is no state 'gret'", "unknown key 'foo'")
    assert all(
        problem.split(": ", 1)[1].startswith(words) for problem, words in zip(found, told, strict=True)
    )


def test_file_that_is_no_text_is_told_what_to_do(written: Path) -> None:
    written.write_bytes(b"id: \xff")
    with pytest.raises(UnusableFlow, match="is not text: save it as UTF-8"):
        load_flow(written)


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
    with pytest.raises(UnusableFlow, match=r"nowhere\.yaml:1:1: cannot be read: No such file or directory$"):
        load_flow(tmp_path / "nowhere.yaml")
    with pytest.raises(UnusableFlow, match=r"such as flows/reminder\.yaml$"):
        load_flow(tmp_path / "reminder")


def test_option_that_is_misspelled_is_told_the_right_word_and_nothing_else(written: Path) -> None:
    pick = "  pick: {choose: [{whn: amount is known, then: day}], otherwise: day}\n  bored:"
    found = problems(written, SMALL.replace("  bored:", pick))
    assert any(problem.endswith("unknown key 'whn': did you mean 'when'?") for problem in found)
    assert not any("at least one" in problem for problem in found)
