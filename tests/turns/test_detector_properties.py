from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.turns.scenes import Sound, Stage, in_order, kinds, times
from voicebot.media.frame import FRAME_SECONDS
from voicebot.turns.detector import TurnDetector, Words
from voicebot.turns.events import TurnEvent, UtteranceEnded, UtteranceStarted
from voicebot.turns.timing import TurnTiming

FOLLOWERS = {
    "": {"SpeechSuspected", "UtteranceStarted", "NoInput"},
    "NoInput": {"SpeechSuspected", "UtteranceStarted", "NoInput"},
    "SpeechSuspected": {"FalseStart", "UtteranceStarted"},
    "FalseStart": {"SpeechSuspected", "UtteranceStarted", "NoInput"},
    "UtteranceStarted": {"UtterancePaused", "UtteranceEnded"},
    "UtterancePaused": {"UtteranceResumed", "UtteranceEnded"},
    "UtteranceResumed": {"UtterancePaused", "UtteranceEnded"},
    "UtteranceEnded": {"SpeechSuspected", "UtteranceStarted", "NoInput"},
}

sounds = st.builds(
    Sound,
    seconds=st.integers(1, 60).map(lambda frames: frames * FRAME_SECONDS),
    probability=st.floats(0, 1),
    loud=st.booleans(),
)
steps = st.lists(
    st.tuples(sounds, st.sampled_from(["", "bot", "listen", "complete", "legal"]), st.booleans()), max_size=25
)
LATE = st.floats(0, 0.3)


def perform(script: list[tuple[Sound, str, bool]], late: float) -> list[TurnEvent]:
    scene = Stage(TurnDetector(TurnTiming(longest_utterance=3.0)), verdicts_late=late)
    events: list[TurnEvent] = []
    for sound, happening, flag in script:
        match happening:
            case "bot":
                scene.turns.on_bot_speaking(flag, scene.now)
            case "listen":
                scene.turns.listen(scene.now, delay=0.8 if flag else None, no_input=1.0)
            case "complete":
                scene.turns.on_words(Words.COMPLETE if flag else Words.BROKEN_OFF)
            case "legal":
                scene.turns.interruptible = not flag
        events += scene.play(sound)
    return events


@given(steps, LATE)
def test_events_follow_one_another_lawfully(script: list[tuple[Sound, str, bool]], late: float) -> None:
    names = ["", *kinds(perform(script, late))]
    for before, after in pairwise(names):
        assert after in FOLLOWERS[before], names


@given(steps, LATE)
def test_time_never_goes_backwards(script: list[tuple[Sound, str, bool]], late: float) -> None:
    assert in_order(times(perform(script, late)))


@given(steps, LATE)
def test_every_end_names_the_start_and_waits_out_its_delay(
    script: list[tuple[Sound, str, bool]], late: float
) -> None:
    shortest = TurnTiming().endpointing_complete
    started = None
    for event in perform(script, late):
        if isinstance(event, UtteranceStarted):
            started = event.at
        if isinstance(event, UtteranceEnded):
            assert event.started_at == started
            waits = event.reason.value != "too_long"
            assert event.decided_at - event.ended_at >= (shortest - FRAME_SECONDS if waits else 0)


@given(steps, LATE)
def test_silence_causes_nothing_but_no_input(script: list[tuple[Sound, str, bool]], late: float) -> None:
    quiet = [
        (Sound(sound.seconds, sound.probability / 3, sound.loud), what, flag) for sound, what, flag in script
    ]
    assert set(kinds(perform(quiet, late))) <= {"NoInput"}
