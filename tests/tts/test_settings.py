from __future__ import annotations

import pytest
from pydantic import ValidationError

from voicebot.errors import SettingsError
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Voice


def test_english_and_latin_american_spanish_have_voices_from_the_start() -> None:
    settings = TtsSettings()
    assert settings.voice("en") == Voice("en", "en-us", 150)
    assert settings.voice("es") == Voice("es", "es-419", 150)


def test_a_language_without_voice_says_where_to_add_one() -> None:
    with pytest.raises(SettingsError, match=r"'pt': add it under tts\.voices"):
        TtsSettings().voice("pt")


def test_a_hasty_voice_is_refused() -> None:
    with pytest.raises(ValidationError):
        TtsSettings(words_per_minute=900)
