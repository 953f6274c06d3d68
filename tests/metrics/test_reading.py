from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.metrics.noted import NotedPanel
from voicebot.calls.events import (
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerInterpreted,
    CallerListened,
    CallerNotUnderstood,
    CallerStartedSpeaking,
    CallerTyped,
    CallerWasSilent,
    CallEvent,
    Concluded,
    HandedOff,
    HandingOff,
    HandOffFailed,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromiseNotKept,
    PromptContinued,
    PromptHeld,
    PromptStarted,
    RecognizerFailed,
)
from voicebot.calls.journal import Journal
from voicebot.calls.record import Latency
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.metrics.reading import read_calls

ANSWERED = CallAnswered(0.0, "1", "reminder", "v", "en", 8000, datetime(2026, 11, 23, tzinfo=UTC))
PROMISE = PromiseToPay(Decimal("250.00"), "USD", date(2026, 12, 4))


def panel_after(*events: CallEvent) -> NotedPanel:
    panel, journal = NotedPanel(), Journal()
    read_calls(panel, journal)
    for event in (ANSWERED, *events):
        journal.write(event)
    return panel


def test_a_call_is_in_progress_until_it_ends_and_then_counts_by_how_it_ended() -> None:
    assert panel_after().counted["voicebot_calls_in_progress", "inbound"] == 1
    panel = panel_after(Concluded(50.0, Disposition.RPC_PROMISE), CallEnded(61.0, "bot"))
    assert panel.counted["voicebot_calls_in_progress", "inbound"] == 0
    assert panel.counted["voicebot_calls_total", "reminder", "en", "inbound", "RPC_PROMISE", "bot"] == 1
    assert panel.observed["voicebot_call_seconds", "reminder"] == [61.0]


def test_the_time_to_a_reply_is_told_apart_by_where_it_went() -> None:
    panel = panel_after(
        PromptStarted(0.1, "Hello.", "en"),  # answers nobody
        PromptStarted(2.0, "And when?", "en", Latency(300.0, 20.0, 1.0, 9.0, 332.0, transport=2.0)),
    )
    assert {key[-1]: seconds for key, (seconds,) in panel.observed.items()} == {
        "endpointing": 0.3,
        "stt": 0.02,
        "understanding": 0.001,
        "tts": 0.009,
        "transport": 0.002,
        "voice_to_voice": 0.332,
    }


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        (CallerStartedSpeaking(1.0, True), "voicebot_barge_ins_total"),
        (CallerWasSilent(1.0), "voicebot_no_inputs_total"),
        (CallerNotUnderstood(1.0), "voicebot_no_matches_total"),
        (RecognizerFailed(1.0, "why"), "voicebot_recognizer_failures_total"),
        (CallerTyped(1.0, 0.5, "12"), "voicebot_key_entries_total"),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_what_happens_counts_by_the_language_spoken_then(event: CallEvent, counted: str) -> None:
    panel = panel_after(event, LanguageSwitched(2.0, "es"), event, event)
    assert (panel.counted[counted, "reminder", "en"], panel.counted[counted, "reminder", "es"]) == (1, 2)


def test_speech_over_no_prompt_is_no_barge_in() -> None:
    panel = panel_after(CallerStartedSpeaking(1.0, False))
    assert panel.counted["voicebot_barge_ins_total", "reminder", "en"] == 0


def test_a_cough_is_a_false_start_and_an_aha_is_none() -> None:
    cough = PromptHeld(1.0), PromptContinued(1.3)
    aha = PromptHeld(2.0), CallerListened(2.6, 2.0, 2.4, "aha"), PromptContinued(2.6)
    panel = panel_after(*cough, *aha, *cough)
    assert panel.counted["voicebot_false_starts_total", "reminder", "en"] == 2
    assert panel.counted["voicebot_backchannels_total", "reminder", "en"] == 1


def test_what_was_heard_counts_without_a_word_of_it() -> None:
    panel = panel_after(CallerHeard(2.0, 1.0, 1.9, "silence", "four seven two nine", 0.5, "sphinx", 12.5))
    assert panel.counted["voicebot_utterances_total", "reminder", "en", "sphinx", "silence"] == 1
    assert "four" not in str(panel.counted)


def test_promises_count_by_whether_they_are_on_disk() -> None:
    panel = panel_after(PromiseKeptOnDisk(3.0, PROMISE), PromiseNotKept(4.0))
    kept, lost = (panel.counted["voicebot_promises_total", "reminder", end] for end in ("kept", "not_kept"))
    assert (kept, lost) == (1, 1)


def test_the_wait_for_a_human_is_told_by_queue_and_outcome() -> None:
    panel = panel_after(HandingOff(1.0, "agents"), HandOffFailed(1.0, 30.0), HandedOff(2.0, 4.5))
    assert panel.observed["voicebot_hand_off_seconds", "agents", "nobody"] == [30.0]
    assert panel.observed["voicebot_hand_off_seconds", "agents", "taken"] == [4.5]


def test_asking_the_interpreter_takes_its_time_by_what_came_of_it() -> None:
    panel = panel_after(CallerInterpreted(1.0, "late", 800.0, None))
    assert panel.observed["voicebot_interpreter_seconds", "late"] == [0.8]
