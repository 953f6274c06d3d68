from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.small import SMALL
from voicebot.dialogue.checking.check import check

SCRIPT = """
today: 2026-11-23
facts: {name: Ana, currency: USD, last4: "4321", balance: 500.00}
tests:
  - test: a stranger answers
    language: en
    steps:
      - {caller: "no", disposition: WRONG_PARTY}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "small.test.yaml").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def test_sound_folder_has_no_problems(folder: Path) -> None:
    assert check([folder]).problems == []


def test_conversation_that_went_otherwise_is_found_in_its_file(folder: Path) -> None:
    test = folder / "small.test.yaml"
    test.write_text(SCRIPT.replace("WRONG_PARTY", "DNC"), encoding="utf-8")
    [problem] = check([test]).problems
    assert str(problem) == f"{test}:8:37: the contact is WRONG_PARTY"


def test_unknown_step_is_told_the_right_word(folder: Path) -> None:
    test = folder / "small.test.yaml"
    test.write_text(SCRIPT.replace("caller:", "caler:"), encoding="utf-8")
    [problem] = check([folder / "small.yaml"]).problems
    assert str(problem) == f"{test}:8:10: unknown key 'caler': did you mean 'caller'?"


def test_flow_without_conversations_is_incomplete(folder: Path) -> None:
    (folder / "small.test.yaml").unlink()
    [problem] = check([folder]).problems
    assert "has no conversations: add small.test.yaml" in problem.message


def test_unproved_flow_is_found(folder: Path) -> None:
    leaky = SMALL.replace("Is this {{ name }}?", "{{ balance | money }}?")
    (folder / "small.yaml").write_text(leaky, encoding="utf-8")
    [problem] = check([folder]).problems
    assert problem.message == "'balance' is said before the right party is verified; greet -> who"


def test_folder_without_flows_is_a_problem(tmp_path: Path) -> None:
    [problem] = check([tmp_path]).problems
    assert "there are no flows here" in problem.message


def test_conversations_without_a_flow_are_told_so_in_their_file(folder: Path) -> None:
    (folder / "small.yaml").unlink()
    test = folder / "small.test.yaml"
    told = [f"{test}:1:1: tests small.yaml, and there is no such flow beside it"]
    assert [str(problem) for problem in check([test]).problems] == told
    assert [str(problem) for problem in check([folder]).problems] == told


def test_mistakes_of_flow_and_conversations_are_told_at_once(folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("start: greet", "start: gret"), encoding="utf-8")
    (folder / "small.test.yaml").write_text(SCRIPT.replace("caller:", "caler:"), encoding="utf-8")
    assert len(check([folder]).problems) == 2


def test_empty_test_file_is_told_how_it_begins(folder: Path) -> None:
    (folder / "small.test.yaml").write_text("", encoding="utf-8")
    [problem] = check([folder]).problems
    assert problem.message == "a test file is a mapping that begins with `today:`"


def test_conversations_may_be_shared_and_are_held_with_the_facts_of_each_flow(folder: Path) -> None:
    (folder / "small.test.yaml").write_text(f"include: parts/shared.test.yaml\n{SCRIPT}", encoding="utf-8")
    shared = folder / "parts" / "shared.test.yaml"
    shared.parent.mkdir(exist_ok=True)
    scene = "tests: [{test: it asks, language: en, steps: [{bot: who, says: Is this Ana}]}]"
    shared.write_text(scene, encoding="utf-8")
    report = check([folder / "small.yaml"])
    assert report.problems == []
    shared.write_text(scene.replace("bot: who", "bot: nobody"), encoding="utf-8")
    [problem] = check([folder / "small.yaml"]).problems
    assert problem.file == str(shared)
    assert problem.message.startswith("the conversation is in 'who'")


def test_shared_conversations_that_are_not_there_are_told_where_they_are_named(folder: Path) -> None:
    (folder / "small.test.yaml").write_text(f"include: [none.test.yaml]\n{SCRIPT}", encoding="utf-8")
    [problem] = check([folder / "small.yaml"]).problems
    assert (Path(problem.file).name, problem.line) == ("small.test.yaml", 1)
    assert (
        problem.message
        == "none.test.yaml: cannot be read: No such file or directory: did you mean 'small.test.yaml'?"
    )


def test_currency_may_be_written_small(folder: Path) -> None:
    (folder / "small.test.yaml").write_text(SCRIPT.replace("USD", "usd"), encoding="utf-8")
    assert check([folder]).problems == []


# Parts and rules


def part(folder: Path, text: str) -> list[str]:
    """What is wrong with a folder that has this part as well."""
    (folder / "parts").mkdir()
    (folder / "parts" / "part.yaml").write_text(text, encoding="utf-8")
    return [str(problem).removeprefix(f"{folder}/parts/part.yaml:") for problem in check([folder]).problems]


def test_part_needs_no_conversations_and_none_of_what_a_whole_flow_has(folder: Path) -> None:
    assert part(folder, 'keys: {"0": human}\nstates: {bye: {say: {en: "Bye."}, then: elsewhere}}') == []


def test_part_is_linted_by_itself(folder: Path) -> None:
    text = 'states:\n  a: {say: {en: "A {{ b }}.", es: "A."}, then: b}\n  c: {say: {en: "C."}, then: d}\n'
    assert part(folder, text) == [
        "2:17: {{ b }} is no fact and no slot",
        "3:12: this prompt has no text in 'es'",
    ]


def test_part_in_the_wrong_language_of_flows_is_told_so(folder: Path) -> None:
    assert part(folder, 'states: {c: {say: {en: "C."}, then: d, thn: e}}') == [
        "1:40: unknown key 'thn': did you mean 'then'?"
    ]


def test_subflow_names_only_its_own_states_and_returns_all_that_it_says(folder: Path) -> None:
    text = (
        "returns: [done, lost]\nstart: a\nstates:\n"
        '  a: {say: {en: "A."}, then: b}\n  b: {say: {en: "B."}, then: elsewhere}\n'
    )
    assert part(folder, text) == [
        "5:30: there is no state 'elsewhere'; there is a, b, return done, return lost",
    ]
    (folder / "parts" / "part.yaml").write_text(text.replace("elsewhere", "return done"), encoding="utf-8")
    assert [str(problem).split("part.yaml:")[1] for problem in check([folder]).problems] == [
        "1:17: no state leads to 'return lost': point one at it or remove it",
    ]


def test_rules_that_nothing_could_break_are_a_problem(folder: Path) -> None:
    (folder / "rules").mkdir()
    rule = "{what: a, forbids: thret, instead: b, source: c, confidence: high}"
    text = f"country: ZZ\nname: Erewhon\nwords: {{threat: {{en: [boo]}}}}\nrules:\n  kind: {rule}\n"
    (folder / "rules" / "zz.yaml").write_text(text, encoding="utf-8")
    assert [str(problem).split("zz.yaml:")[1] for problem in check([folder]).problems] == [
        "5:28: no 'words' go by 'thret': did you mean 'threat'?"
    ]
