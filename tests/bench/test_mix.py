import pytest

from voicebot.bench.mix import Step, steps_of


def test_a_mix_is_read_in_order() -> None:
    assert steps_of("say, barge,say") == (Step.SAY, Step.BARGE, Step.SAY)


@pytest.mark.parametrize(("mix", "why"), [("say,sing", "sing: choose among say, barge"), (" ", "nothing")])
def test_what_callers_cannot_do_is_told_with_what_they_can(mix: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        steps_of(mix)
