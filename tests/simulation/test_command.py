from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.dialogue.small import MONDAY, SMALL
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.errors import FlowError
from voicebot.simulation.command import Plan, run_simulation
from voicebot.simulation.personas import PERSONAS
from voicebot.simulation.report import bar

LEAKY = SMALL.replace("Is this {{ name }}?", "{{ name }}, you owe {{ balance | money }}?")


def plan(calls: int = 40, languages: tuple[str, ...] = (), **facts: object) -> Plan:
    return Plan(calls, languages, list(PERSONAS), 1, facts, MONDAY)


def simulated(path: Path, text: str, what: Plan) -> tuple[bool, str]:
    """Whether every law held, and what was shown."""
    path.write_text(text, encoding="utf-8")
    shown = StringIO()
    return run_simulation(path, what, Console(file=shown, width=100)), shown.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "small.yaml"


def test_sound_flow_is_told_in_numbers(written: Path) -> None:
    sound, shown = simulated(written, SMALL, plan())
    assert sound
    assert "small, en: 40 calls" in shown
    assert "HUMAN_NO_RPC" in shown
    assert "wrong_person" in shown
    assert "Every law held in every call." in shown


def test_states_that_nobody_came_to_are_named(written: Path) -> None:
    _, shown = simulated(written, SMALL, plan(calls=1))
    assert "Never visited:" in shown
    assert "opt_out" in shown


def test_shortest_broken_call_is_told_word_by_word(written: Path) -> None:
    sound, shown = simulated(written, LEAKY, plan())
    assert not sound
    assert "Broken in 40 calls: nothing private is said before the right digits were given" in shown
    transcript = shown.split("The shortest broken call")[1]
    assert "bot     Ana, you owe" in transcript
    assert "broken  nothing private is said" in transcript


def test_fact_may_be_given(written: Path) -> None:
    _, shown = simulated(written, LEAKY, plan(name="Bea"))
    assert "Bea, you owe" in shown


def test_flow_that_cannot_be_followed_is_told_so_as_by_check(written: Path) -> None:
    with pytest.raises(UnusableFlow, match="there is no state 'gret'"):
        simulated(written, SMALL.replace("start: greet", "start: gret"), plan())


def test_flow_that_goes_round_in_silence_is_not_followed(written: Path) -> None:
    round_and_round = SMALL.replace(
        'bored: {say: {en: "Goodbye."}, conclude: RPC_INFORMED}', 'bored: {say: {en: "Hm."}, then: bored}'
    )
    with pytest.raises(UnusableFlow, match="goes round for ever: bored -> bored"):
        simulated(written, round_and_round, plan())


def test_language_that_the_flow_does_not_speak_is_refused(written: Path) -> None:
    with pytest.raises(FlowError, match="does not speak 'es': use en"):
        simulated(written, SMALL, plan(languages=("es",)))


def test_bar_is_as_long_as_its_share_and_never_nothing() -> None:
    assert [len(bar(share)) for share in (1.0, 0.5, 0.0)] == [24, 12, 1]


def test_callers_are_spoken_with_in_the_tone_of_the_facts(written: Path) -> None:
    toned = 'en: {formal: "Is this {{ name }}?", friendly: "{{ name }}, you owe {{ balance | money }}?"}'
    text = "tones: [formal, friendly]\n" + SMALL.replace('en: "Is this {{ name }}?"', toned)
    assert simulated(written, text, plan())[0]
    assert not simulated(written, text, plan(tone="friendly"))[0]
    with pytest.raises(FlowError, match="did you mean 'friendly'"):
        simulated(written, text, plan(tone="frendly"))
