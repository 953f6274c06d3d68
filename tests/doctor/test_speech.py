from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.doctor.examination import Check, examine
from voicebot.doctor.speech import check_recognizer, check_vad, check_voice, judge_hearing, judge_vad
from voicebot.doctor.verdict import Outcome
from voicebot.settings import load_settings


def test_a_recogniser_that_hears_a_yes_is_well() -> None:
    assert judge_hearing("sphinx", {"en": "yes"}, set()).outcome is Outcome.OK


def test_a_recogniser_that_hears_something_else_is_worth_a_look() -> None:
    verdict = judge_hearing("sphinx", {"en": "yes", "es": ""}, {"es"})
    assert verdict.outcome is Outcome.WARNING
    assert verdict.finding == "sphinx heard '' for 'sí'"
    assert "voicebot demo" in verdict.advice


def test_spanish_on_the_demo_grade_recogniser_is_a_warning() -> None:
    verdict = judge_hearing("sphinx", {"en": "yes", "es": "sí"}, {"es"})
    assert verdict.outcome is Outcome.WARNING
    assert "es is for demonstrations only" in verdict.finding
    assert "stt.languages: [en]" in verdict.advice


@pytest.mark.parametrize(
    ("speech", "silence", "outcome"),
    [
        (0.98, 0.01, Outcome.OK),
        (0.2, 0.01, Outcome.FAILS),  # deaf
        (0.98, 0.7, Outcome.FAILS),  # hears voices
    ],
)
def test_a_detector_is_sure_of_speech_and_of_silence(speech: float, silence: float, outcome: Outcome) -> None:
    assert judge_vad("silero", speech, silence).outcome is outcome


@pytest.mark.engine
async def test_the_engines_of_this_machine_speak_hear_and_listen() -> None:
    settings = load_settings(stt={"languages": ["en"]})
    voice = await check_voice(settings)
    assert voice.outcome is Outcome.OK
    assert "es " in voice.finding
    assert (await check_vad(settings)).outcome is Outcome.OK
    assert (await check_recognizer(settings)).outcome is Outcome.OK


@pytest.mark.engine
async def test_the_recogniser_that_is_configured_is_the_one_that_is_tried(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed: ./scripts/test does it")
    from tests.fakes.tiny_whisper import build_tiny_whisper

    model = str(build_tiny_whisper(tmp_path / "tiny"))
    verdict = await check_recognizer(
        load_settings(stt={"engine": "whisper", "model": model, "languages": ["en"], "device": "cpu"})
    )
    assert verdict.outcome is Outcome.OK
    assert verdict.finding.startswith("faster-whisper ")
    assert verdict.finding.endswith(" tiny is ready and hears a yes in en")


@pytest.mark.engine
async def test_a_voice_that_does_not_exist_is_told_with_its_name() -> None:
    settings = load_settings(tts={"voices": {"en": "nobody"}})
    [result] = await examine([Check("voice", check_voice, "choose another")], settings)
    assert result.verdict.outcome is Outcome.FAILS
    assert "nobody" in result.verdict.finding


async def test_answering_in_spanish_on_the_demo_grade_recogniser_fails_with_the_ways_out() -> None:
    settings = load_settings(inbound={"language": "es"})
    [result] = await examine([Check("recogniser", check_recognizer, "choose another")], settings)
    assert result.verdict.outcome is Outcome.FAILS
    assert "es well enough for demonstrations only" in result.verdict.finding
    assert "stt.allow_demo_grade" in result.verdict.advice
