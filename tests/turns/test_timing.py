from __future__ import annotations

import pytest
from pydantic import ValidationError

from voicebot.turns.timing import TurnTiming


def test_the_defaults_stand_by_themselves() -> None:
    assert TurnTiming().endpointing_complete < TurnTiming().endpointing < TurnTiming().endpointing_digits


def test_a_stop_above_the_start_is_refused() -> None:
    with pytest.raises(ValidationError, match="lower it"):
        TurnTiming(start=0.4, stop=0.5)


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="endpoint_delay"):
        TurnTiming.model_validate({"endpoint_delay": 0.5})
