"""Every metric there is: its name, what it tells and what it is told apart by. Pure.

Labels are words of the flows, the settings and this code: nothing that a caller says or is known by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_REPLY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.85)
_LONG_REPLY = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
_STALL = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, as Prometheus is told of it."""

    name: str
    tells: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counter(Metric):
    """Goes up: how often something happened."""


@dataclass(frozen=True, slots=True)
class Gauge(Metric):
    """Goes up and down: how many there are now."""


@dataclass(frozen=True, slots=True)
class Histogram(Metric):
    """How long something took, in seconds."""

    buckets: tuple[float, ...] = ()
    """Upper bounds, in seconds."""


CALLS_IN_PROGRESS: Final = Gauge(
    "voicebot_calls_in_progress", "Calls on the line, those with a human included.", ("direction",)
)
CALLS: Final = Counter(
    "voicebot_calls_total",
    "Calls that are over, by how they ended.",
    ("flow", "language", "direction", "disposition", "ended_by"),
)
CALLS_WITHOUT_PLACE: Final = Counter(
    "voicebot_calls_without_place_total", "Calls not taken or not dialled because calls.at_most was reached."
)
WORKERS_REPLACED: Final = Counter(
    "voicebot_workers_replaced_total", "Workers that died or hung, and whose callers went on to people."
)
CALL_SECONDS: Final = Histogram(
    "voicebot_call_seconds",
    "From answer to hang-up.",
    ("flow",),
    (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600),
)
REPLY_SECONDS: Final = Histogram(
    "voicebot_reply_seconds",
    "From the caller's last word to the bot's first sound, by where it goes; voice_to_voice is all of it.",
    ("flow", "language", "stage"),
    (*_REPLY, *_LONG_REPLY),
)
UTTERANCES: Final = Counter(
    "voicebot_utterances_total",
    "Utterances that were recognised, by what ended them.",
    ("flow", "language", "engine", "reason"),
)
RECOGNIZER_FAILURES: Final = Counter(
    "voicebot_recognizer_failures_total", "Utterances that no words could be had for.", ("flow", "language")
)
NO_INPUTS: Final = Counter(
    "voicebot_no_inputs_total", "Questions that were met with silence.", ("flow", "language")
)
NO_MATCHES: Final = Counter(
    "voicebot_no_matches_total", "Utterances that were not understood.", ("flow", "language")
)
KEY_ENTRIES: Final = Counter("voicebot_key_entries_total", "Answers by keypad.", ("flow", "language"))
BARGE_INS: Final = Counter(
    "voicebot_barge_ins_total", "Prompts that a caller spoke over.", ("flow", "language")
)
FALSE_STARTS: Final = Counter(
    "voicebot_false_starts_total", "Prompts held at a sound that was no speech.", ("flow", "language")
)
BACKCHANNELS: Final = Counter(
    "voicebot_backchannels_total", 'Prompts that went on after an "aha".', ("flow", "language")
)
PROMISES: Final = Counter(
    "voicebot_promises_total",
    "Confirmed promises to pay, by what came of recording them.",
    ("flow", "outcome"),
)
REQUESTS: Final = Counter(
    "voicebot_requests_total",
    "What callers asked for, by what came of recording it.",
    ("flow", "kind", "outcome"),
)
HAND_OFF_SECONDS: Final = Histogram(
    "voicebot_hand_off_seconds",
    "From the decision to hand off until a human took the call, or nobody did.",
    ("queue", "outcome"),
    (1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300),
)
INTERPRETER_SECONDS: Final = Histogram(
    "voicebot_interpreter_seconds",
    "What asking the interpreter took, by what came of it.",
    ("outcome",),
    (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 2.0, 5.0),
)
PROMPTS: Final = Counter(
    "voicebot_prompts_total", "Sentences asked for, by where their sound came from.", ("source",)
)
VAD_RUN_SECONDS: Final = Histogram(
    "voicebot_vad_run_seconds", "One run of the voice activity model over all calls.", (), _STALL
)
LOOP_LAG_SECONDS: Final = Histogram(
    "voicebot_loop_lag_seconds", "How late the event loop gets to what is due.", (), _STALL
)
GC_PAUSE_SECONDS: Final = Histogram(
    "voicebot_gc_pause_seconds",
    "Passes of Python's garbage collector: all calls wait.",
    ("generation",),
    _STALL,
)
FRAMES_GIVEN_UP: Final = Counter(
    "voicebot_frames_given_up_total", "Frames of 20 ms not sent because the process stalled for over 60 ms."
)

CATALOGUE: Final[tuple[Counter | Gauge | Histogram, ...]] = (
    CALLS_IN_PROGRESS,
    CALLS,
    CALLS_WITHOUT_PLACE,
    WORKERS_REPLACED,
    CALL_SECONDS,
    REPLY_SECONDS,
    UTTERANCES,
    RECOGNIZER_FAILURES,
    NO_INPUTS,
    NO_MATCHES,
    KEY_ENTRIES,
    BARGE_INS,
    FALSE_STARTS,
    BACKCHANNELS,
    PROMISES,
    REQUESTS,
    HAND_OFF_SECONDS,
    INTERPRETER_SECONDS,
    PROMPTS,
    VAD_RUN_SECONDS,
    LOOP_LAG_SECONDS,
    GC_PAUSE_SECONDS,
    FRAMES_GIVEN_UP,
)
