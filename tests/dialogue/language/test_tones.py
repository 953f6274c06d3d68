from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.small import FACTS, MONDAY, SMALL, said
from voicebot.dialogue.checking.check import check
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.language.tones import in_known_tone
from voicebot.dialogue.reading.loader import load_flow, read_flow
from voicebot.errors import FlowError

TONES = "tones: [formal, friendly, firm]\n"
ASKED = "Is this {{ name }}?"
IN_TONES = '{formal: "Is this {{ name }}?", friendly: "Hey, {{ name }}?"}'


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The small flow, with a question that friends put otherwise and nobody puts firmly."""
    path = tmp_path / "small.yaml"
    firm = '{formal: "Sorry.", firm: "Enough."}'
    text = SMALL.replace(f'"{ASKED}"', IN_TONES).replace('"Sorry."', firm)
    assert IN_TONES in text
    assert firm in text
    path.write_text(TONES + text, encoding="utf-8")
    return path


def opening(flow: Flow, **facts: str) -> str:
    return said(Conversation(flow, FACTS | facts, language="en", today=MONDAY).start())


def problems(path: Path) -> list[str]:
    with pytest.raises(UnusableFlow) as unusable:
        load_flow(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in unusable.value.problems]


def test_account_chooses_the_tone_and_what_is_not_written_in_it_is_the_default(written: Path) -> None:
    flow = load_flow(written)
    assert opening(flow) == "I am a machine and I record. Is this Ana?"
    assert opening(flow, tone=" Friendly") == "I am a machine and I record. Hey, Ana?"
    assert opening(flow, tone="firm") == opening(flow, tone="formal") == opening(flow)


def test_tone_that_nobody_wrote_never_fails_a_call_but_is_told_at_a_terminal(written: Path) -> None:
    flow = load_flow(written)
    assert opening(flow, tone="frendly") == opening(flow)
    with pytest.raises(FlowError, match="'frendly' is no tone of flow small: did you mean 'friendly'"):
        in_known_tone(flow, {"tone": "frendly"})


def test_all_tones_go_by_one_version_that_covers_them_all(written: Path) -> None:
    flow = load_flow(written)
    assert {one.version for one in flow.in_every_tone()} == {flow.version}
    assert [one.id for one in flow.in_every_tone()] == ["small"] * 3
    written.write_text(written.read_text().replace("Hey,", "Hi,"), encoding="utf-8")
    assert load_flow(written).version != flow.version


def test_flow_without_tones_knows_no_such_fact() -> None:
    with pytest.raises(FlowError, match="tone: no such fact"):
        opening(Flow.model_validate(read_flow(Path("flows/reception.yaml"))[0].model_dump()), tone="firm")


def test_leak_in_one_tone_is_found_where_it_is_written(written: Path) -> None:
    text = written.read_text().replace("Hey, {{ name }}?", "Your {{ balance | money }}?")
    written.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "Your {{" in row)
    [problem] = problems(written)
    assert problem.startswith(f"small.yaml:{line}:")
    assert "'balance' is said before the right party is verified" in problem


def test_words_of_each_tone_are_linted_with_their_line_and_column(written: Path) -> None:
    text = written.read_text().replace("Hey, {{ name }}?", "Hey, {{ nme }}?")
    written.write_text(text, encoding="utf-8")
    row = next(row for row in text.splitlines() if "{{ nme }}" in row)
    [problem] = problems(written)
    assert f":{row.index('Hey')}:" in problem  # the column of its quote
    assert "{{ nme }} is no fact and no slot: did you mean 'name'?" in problem


def test_part_may_be_written_in_more_tones_than_its_flow_speaks(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    part = "tones: [formal, friendly]\n" + SMALL.replace(f'"{ASKED}"', IN_TONES)
    (tmp_path / "parts" / "small.yaml").write_text(part, encoding="utf-8")
    plain, both = tmp_path / "plain.yaml", tmp_path / "both.yaml"
    plain.write_text("id: plain\ninclude: parts/small.yaml\n", encoding="utf-8")
    both.write_text("id: both\ninclude: parts/small.yaml\ntones: [friendly, formal]\n", encoding="utf-8")
    assert load_flow(plain).tones == ()
    assert opening(load_flow(plain)).endswith("Is this Ana?")
    assert opening(load_flow(both)).endswith("Hey, Ana?")


def test_subflow_speaks_in_the_tone_of_who_calls_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "again.yaml"
    text = "{formal: 'Good day.', friendly: 'Hi.'}"
    part.write_text(
        "returns: done\ntones: [formal, friendly]\nstart: hello\n"
        f"states: {{hello: {{say: {{en: {text}}}, then: return done}}}}\n",
        encoding="utf-8",
    )
    flow = tmp_path / "calls.yaml"
    flow.write_text(
        "tones: [formal, friendly]\n"
        + SMALL.replace("then: who", "then: hello").replace(
            "states:\n", "states:\n  hello: {call: parts/again.yaml, then: {done: who}}\n", 1
        ),
        encoding="utf-8",
    )
    assert "Hi. Is this" in opening(load_flow(flow), tone="friendly")
    assert "Good day. Is this" in opening(load_flow(flow))


def test_conversation_in_a_tone_that_is_not_there_is_told_so(written: Path) -> None:
    script = written.with_name("small.test.yaml")
    script.write_text(
        "today: 2026-11-23\nfacts: {name: Ana, currency: USD, last4: '4321', balance: 500}\ntests:\n"
        "  - {test: friends, language: en, facts: {tone: friendly}, steps: [{says: 'Hey, Ana'}]}\n"
        "  - {test: others, language: en, facts: {tone: fiendly}, steps: []}\n",
        encoding="utf-8",
    )
    [problem] = check([written]).problems
    assert str(problem).startswith(f"{script}:5:")
    assert "'fiendly' is no tone of flow small: did you mean 'friendly'?" in problem.message


def test_call_goes_on_in_its_tone(written: Path) -> None:
    conversation = Conversation(load_flow(written), FACTS | {"tone": "friendly"}, language="en", today=MONDAY)
    conversation.start()
    assert "Hey, Ana?" in said(conversation.handle(CallerSaid("purple")))
