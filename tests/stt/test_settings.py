from __future__ import annotations

from voicebot.stt.settings import Engine, SttSettings


def test_built_in_engine_hears_spanish_for_demonstrations_only() -> None:
    assert SttSettings(engine=Engine.SPHINX).demo_grade == {"es"}
