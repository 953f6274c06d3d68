from __future__ import annotations

from collections.abc import Iterable
from math import inf

import pytest

from tests.turns.scenes import Sound, Stage, cough, hang_over, in_order, kinds, silence, speech, times
from voicebot.turns.detector import Phase, TurnDetector, Words
from voicebot.turns.events import EndReason, FalseStart, NoInput, UtteranceEnded, UtteranceStarted
from voicebot.turns.timing import TurnTiming

UTTERANCE = ["UtteranceStarted", "UtterancePaused", "UtteranceEnded"]


def stage(*, bot: bool = False, verdicts_late: float = 0.02) -> Stage:
    scene = Stage(TurnDetector(TurnTiming()), verdicts_late=verdicts_late)
    scene.turns.on_bot_speaking(bot, 0.0)
    return scene


def the_end(events: Iterable[object]) -> UtteranceEnded:
    [end] = [event for event in events if isinstance(event, UtteranceEnded)]
    return end


def begins(event: object, *, at: float, barge_in: bool) -> bool:
    return (
        isinstance(event, UtteranceStarted) and event.at == pytest.approx(at) and event.barge_in is barge_in
    )


def test_a_sentence_is_one_utterance() -> None:
    assert kinds(stage().play(silence(1.0), speech(1.2), silence(1.0))) == UTTERANCE


def test_a_short_yes_is_an_utterance() -> None:
    assert kinds(stage().play(silence(1.0), speech(0.26), silence(1.0))) == UTTERANCE


def test_a_soft_no_in_a_noisy_street_is_an_utterance_but_holds_no_prompt() -> None:
    soft = Sound(0.14, 0.4)
    assert kinds(stage().play(silence(1.0), soft, silence(0.86))) == UTTERANCE
    assert kinds(stage(bot=True).play(silence(1.0), soft, silence(0.86))) == []


def test_what_began_softly_before_the_prompt_is_no_more_certain_over_it() -> None:
    scene = stage()
    assert scene.play(silence(0.96), Sound(0.04, 0.4)) == []
    scene.turns.on_bot_speaking(True, scene.now)
    assert scene.play(Sound(0.3, 0.4), silence(0.7)) == []


def test_an_utterance_starts_where_its_first_window_does() -> None:
    started, *_ = stage().play(silence(0.96), speech(0.4), silence(1.0))
    assert begins(started, at=0.96, barge_in=False)


def test_the_endpoint_comes_one_delay_after_the_last_sound_and_within_a_frame() -> None:
    end = the_end(stage().play(silence(1.0), speech(0.52), hang_over(0.1), silence(1.0)))
    assert end.ended_at == pytest.approx(1.52, abs=0.009)
    assert 0.5 <= end.decided_at - 1.52 <= 0.53
    assert end.reason is EndReason.SILENCE


def test_soft_speech_at_the_background_is_believed_after_the_hang_over() -> None:
    mumble = Sound(0.6, 0.9, loud=False)
    end = the_end(stage().play(speech(0.4), mumble, silence(1.0)))
    assert end.ended_at == pytest.approx(1.0, abs=0.17)


def test_a_run_of_consonants_that_the_detector_misses_is_no_silence() -> None:
    consonants = Sound(0.26, 0.1)
    scene = stage()
    scene.turns.listen(0.0, delay=0.2)
    events = scene.play(silence(1.0), speech(0.8), consonants, speech(0.8), silence(1.0))
    assert kinds(events) == ["UtteranceStarted", "UtteranceEnded"]


@pytest.mark.parametrize("gap", [0.06, 0.12, 0.2, 0.3, 0.42])
def test_a_gap_between_words_ends_nothing(gap: float) -> None:
    events = stage().play(speech(0.4), silence(gap), speech(0.4), silence(1.0))
    assert kinds(events).count("UtteranceStarted") == 1
    assert the_end(events).started_at == 0.0


def test_a_pause_is_told_once_and_so_is_going_on() -> None:
    events = stage().play(speech(0.4), silence(0.32), speech(0.4), silence(0.4))
    assert kinds(events) == ["UtteranceStarted", "UtterancePaused", "UtteranceResumed", "UtterancePaused"]


def test_a_complete_answer_ends_sooner() -> None:
    scene = stage()
    scene.play(speech(0.48), silence(0.24))
    scene.turns.on_words(Words.COMPLETE)
    end = the_end(scene.play(silence(0.5)))
    assert end.decided_at - end.ended_at == pytest.approx(0.25, abs=0.02)
    assert end.reason is EndReason.COMPLETE


def test_words_that_want_another_one_are_waited_for() -> None:
    scene = stage()
    scene.play(speech(0.48), silence(0.24))
    scene.turns.on_words(Words.BROKEN_OFF)
    assert scene.play(silence(0.7)) == []
    end = the_end(scene.play(silence(0.5)))
    assert end.decided_at - end.ended_at == pytest.approx(1.0, abs=0.02)
    assert end.reason is EndReason.BROKEN_OFF


def hesitant(scene: Stage) -> Stage:
    """A caller who has paused for 0.6 s whenever the bot waited long enough."""
    scene.turns.listen(scene.now, delay=None)
    for _ in range(3):
        scene.play(speech(0.48), silence(0.48), speech(0.4), silence(1.52))
    return scene


def test_who_pauses_for_long_is_given_longer() -> None:
    scene = hesitant(stage())
    end = the_end(scene.play(speech(0.8), silence(1.6)))
    assert end.decided_at - end.ended_at > 0.8


def test_who_hardly_pauses_is_answered_sooner() -> None:
    scene = stage()
    scene.turns.listen(0.0)
    for _ in range(8):
        scene.play(speech(0.4), silence(0.12))
    end = the_end(scene.play(speech(0.4), silence(1.0)))
    assert 0.35 <= end.decided_at - end.ended_at + 1e-5 < 0.45


def test_who_goes_on_right_after_being_cut_off_is_given_longer() -> None:
    scene = stage()
    scene.play(speech(0.48), silence(0.72), speech(0.4), silence(1.2))
    end = the_end(scene.play(speech(0.8), silence(1.6)))
    assert end.decided_at - end.ended_at > 0.7


def test_pauses_between_digits_say_nothing_of_other_answers() -> None:
    scene = stage()
    scene.turns.listen(0.0, delay=0.8)
    scene.play(*[speech(0.4), silence(0.6)] * 4, silence(1.0))
    scene.turns.listen(scene.now)
    end = the_end(scene.play(speech(0.8), silence(1.6)))
    assert end.decided_at - end.ended_at == pytest.approx(0.5, abs=0.03)


def test_a_delay_that_the_dialogue_names_is_longer_for_who_pauses_for_long() -> None:
    scene = hesitant(stage())
    scene.turns.listen(scene.now, delay=0.8)
    end = the_end(scene.play(speech(0.8), silence(2.0)))
    assert end.decided_at - end.ended_at > 0.9


def test_an_answer_that_goes_on_is_no_longer_complete() -> None:
    scene = Stage(TurnDetector(TurnTiming(endpointing_complete=0.3)))
    scene.play(speech(0.48), silence(0.24))
    scene.turns.on_words(Words.COMPLETE)
    end = the_end(scene.play(speech(0.4), silence(1.0)))
    assert end.reason is EndReason.SILENCE
    assert end.decided_at - end.ended_at >= 0.5 - 1e-5


def test_an_answer_found_complete_after_the_caller_went_on_shortens_nothing() -> None:
    scene = stage()
    scene.play(speech(0.48), silence(0.26), speech(0.2))
    scene.turns.on_words(Words.COMPLETE)
    assert the_end(scene.play(silence(1.0))).reason is EndReason.SILENCE


def test_a_state_that_wants_digits_waits_longer() -> None:
    scene = stage()
    scene.turns.listen(0.0, delay=0.8)
    events = scene.play(speech(0.4), silence(0.7), speech(0.4), silence(1.0))
    assert the_end(events).decided_at == pytest.approx(2.3, abs=0.02)


def test_a_television_is_cut_at_the_longest_utterance() -> None:
    end = the_end(stage().play(speech(20.2)))
    assert end.reason is EndReason.TOO_LONG
    assert end.decided_at == pytest.approx(20.06, abs=0.04)


def test_a_detector_short_of_cpu_delays_the_end_but_never_cuts() -> None:
    scene = stage(verdicts_late=0.4)
    events = scene.play(speech(0.4), silence(0.4), speech(0.4), silence(1.6))
    assert kinds(events).count("UtteranceEnded") == 1
    assert the_end(events).ended_at == pytest.approx(1.2, abs=0.01)


def test_speech_over_a_prompt_holds_it_and_then_takes_the_turn() -> None:
    events = stage(bot=True).play(silence(1.0), speech(1.0), silence(1.0))
    assert kinds(events) == ["SpeechSuspected", *UTTERANCE]
    assert begins(events[1], at=0.992, barge_in=True)


def test_a_clear_yes_over_a_prompt_takes_the_turn() -> None:
    assert kinds(stage(bot=True).play(silence(1.0), speech(0.26), silence(1.0)))[:2] == [
        "SpeechSuspected",
        "UtteranceStarted",
    ]


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.3])
def test_a_cough_over_a_prompt_is_a_false_start(seconds: float) -> None:
    events = stage(bot=True).play(silence(1.0), cough(seconds), silence(2.0))
    assert kinds(events) == ["SpeechSuspected", "FalseStart"]


def test_the_prompt_goes_on_within_a_second_of_a_cough() -> None:
    _, resumed = stage(bot=True).play(silence(1.0), cough(0.3), silence(2.0))
    assert isinstance(resumed, FalseStart)
    assert resumed.at - 1.0 < 1.0


def test_a_click_over_a_prompt_is_nothing() -> None:
    assert stage(bot=True).play(silence(1.0), Sound(0.03, 0.9), silence(2.0)) == []


def test_uncertain_sound_cannot_hold_a_prompt_for_ever() -> None:
    events = stage(bot=True).play(silence(1.0), Sound(1.0, 0.55))
    assert kinds(events) == ["SpeechSuspected", "UtteranceStarted"]


def test_an_answer_that_outlasts_the_prompt_need_not_be_so_sure() -> None:
    scene = stage(bot=True)
    assert kinds(scene.play(silence(1.0), cough(0.14))) == ["SpeechSuspected"]
    scene.turns.on_bot_speaking(False, scene.now)
    assert kinds(scene.play(cough(0.1), silence(1.0))) == UTTERANCE


def test_legal_text_is_not_interrupted() -> None:
    scene = stage(bot=True)
    scene.turns.interruptible = False
    assert scene.play(silence(0.5), speech(1.5), silence(1.0)) == []


def test_speech_that_outlasts_legal_text_is_an_utterance() -> None:
    scene = stage(bot=True)
    scene.turns.interruptible = False
    assert scene.play(silence(0.48), speech(1.0)) == []
    scene.turns.on_bot_speaking(False, scene.now)
    events = scene.play(speech(0.4), silence(1.0))
    assert kinds(events) == UTTERANCE
    assert begins(events[0], at=0.48, barge_in=False)


def test_silence_after_the_prompt_is_no_input_once() -> None:
    scene = stage(bot=True)
    scene.turns.listen(0.0, no_input=3.0)
    assert scene.play(silence(4.0)) == []
    scene.turns.on_bot_speaking(False, 4.0)
    [event] = scene.play(silence(9.0))
    assert isinstance(event, NoInput)
    assert event.at == pytest.approx(7.0)


def test_an_answer_stops_the_wait_for_one() -> None:
    scene = stage()
    scene.turns.listen(0.0, no_input=3.0)
    assert kinds(scene.play(silence(2.9), speech(0.5), silence(9.0))) == UTTERANCE


def test_behind_a_cough_an_answer_is_awaited_for_two_seconds_more() -> None:
    turns = TurnDetector(TurnTiming(no_input=6.0))
    stage = Stage(turns)
    turns.listen(0.0)
    stage.play(silence(1.0), speech(0.3), silence(0.6))
    turns.wait_on(stage.now)
    [asked] = stage.play(silence(4.0))
    assert times([asked]) == [pytest.approx(1.9 + TurnTiming().after_murmur, abs=0.02)]


def test_who_was_given_time_keeps_it_behind_a_cough() -> None:
    turns = TurnDetector(TurnTiming(no_input=6.0))
    stage = Stage(turns)
    turns.listen(0.0, no_input=30.0)
    stage.play(silence(1.0), speech(0.3), silence(0.6))
    turns.wait_on(stage.now)
    [asked] = stage.play(silence(30.0))
    assert times([asked]) == [pytest.approx(30.0, abs=0.02)]


def test_behind_a_cough_over_the_prompt_the_whole_wait_begins_with_its_end() -> None:
    turns = TurnDetector(TurnTiming(no_input=6.0))
    stage = Stage(turns)
    turns.listen(0.0)
    turns.on_bot_speaking(True, 0.0)
    stage.play(silence(1.0), speech(0.3), silence(0.7))
    turns.wait_on(stage.now)
    turns.on_bot_speaking(False, stage.now)
    [asked] = stage.play(silence(8.0))
    assert times([asked]) == [pytest.approx(2.0 + 6.0, abs=0.02)]


def test_each_listening_state_waits_anew() -> None:
    scene = stage()
    scene.turns.listen(0.0, no_input=2.0)
    scene.play(silence(3.0))
    scene.turns.listen(scene.now)
    [event] = scene.play(silence(7.0))
    assert isinstance(event, NoInput)
    assert event.at == pytest.approx(9.0)


def test_nothing_is_due_before_anybody_listens() -> None:
    scene = stage()
    scene.play(silence(1.0))
    assert scene.turns.deadline == inf


def test_a_caller_who_resumes_as_the_endpoint_falls_starts_after_it() -> None:
    events = stage(verdicts_late=0.06).play(speech(0.4), silence(0.48), speech(0.4), silence(1.0))
    assert in_order(times(events))


CAUSES = {
    "a window of speech": [speech(0.06)],
    "0.1 s of speech": [speech(0.1)],
    "speech, 0.3 s of silence": [speech(0.3), silence(0.3)],
    "speech, 0.6 s of silence": [speech(0.3), silence(0.6)],
    "a cough": [cough(0.2)],
    "a cough, 0.6 s of silence": [cough(0.2), silence(0.6)],
}
PHASES = {
    # cause: phase while the bot is silent, speaks, speaks what must be heard
    "a window of speech": (Phase.STIRRING, Phase.STIRRING, Phase.STIRRING),
    "0.1 s of speech": (Phase.SPEAKING, Phase.SUSPECTED, Phase.STIRRING),
    "speech, 0.3 s of silence": (Phase.PAUSED, Phase.PAUSED, Phase.QUIET),
    "speech, 0.6 s of silence": (Phase.QUIET, Phase.QUIET, Phase.QUIET),
    "a cough": (Phase.SPEAKING, Phase.SUSPECTED, Phase.STIRRING),
    "a cough, 0.6 s of silence": (Phase.QUIET, Phase.QUIET, Phase.QUIET),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_phases(cause: str) -> None:
    found = []
    for bot, interruptible in ((False, True), (True, True), (True, False)):
        scene = stage(bot=bot)
        scene.turns.interruptible = interruptible
        scene.play(*CAUSES[cause])
        found.append(scene.turns.phase)
    assert tuple(found) == PHASES[cause]
