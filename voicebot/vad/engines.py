"""Opens the detector that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import assert_never

from voicebot.vad.batch import SileroVad
from voicebot.vad.energy import EnergyJudge
from voicebot.vad.framewise import FramewiseVad
from voicebot.vad.settings import VadSettings
from voicebot.vad.silero import SileroModel
from voicebot.vad.vad import Vad
from voicebot.vad.webrtc import WebRtcJudge


def open_vad(settings: VadSettings, on_run: Callable[[float], None] = lambda seconds: None) -> Vad:
    """The detector that ``settings`` name, ready for calls; ``on_run`` is told the seconds of each run of a
    model.

    Raises:
        SpeechError: it is not installed, or its model does not load.
    """
    match settings.engine:
        case "silero":
            return SileroVad(SileroModel(), settings, on_run)
        case "webrtc":
            new_judge = partial(WebRtcJudge, settings.aggressiveness)
            new_judge()  # a missing package shows at start, not at the first call
            return FramewiseVad(new_judge, settings.gate)
        case "energy":
            return FramewiseVad(EnergyJudge, settings.gate)
        case _:
            assert_never(settings.engine)
