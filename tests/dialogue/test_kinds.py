"""Everything that a slot may hold, asked for, read back and typed, in whole conversations."""

from __future__ import annotations

from pathlib import Path

from voicebot.dialogue.checking.check import check

FLOW = Path(__file__).parent / "kinds" / "call_back.yaml"


def test_conversations_with_every_kind_of_slot_hold() -> None:
    assert check([FLOW]).problems == []
