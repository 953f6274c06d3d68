from __future__ import annotations

import pytest
from pydantic import ValidationError

from voicebot.errors import SettingsError
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Voice


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


def test_a_language_may_have_an_engine_of_its_own() -> None:
    settings = TtsSettings.model_validate(
        {"voices": {"en": "en-us", "es": {"engine": "piper", "name": "es_MX-claude-high", "speed": 0.9}}}
    )
    assert settings.voice("en").engine is Engine.ESPEAK
    assert settings.voice("es") == Voice("es", "es_MX-claude-high", engine=Engine.PIPER, speed=0.9)


def test_the_engine_of_all_is_that_of_a_voice_which_names_none() -> None:
    settings = TtsSettings.model_validate({"engine": "piper", "voices": {"en": "en_US-amy-medium"}})
    assert settings.every_voice == {"en": Voice("en", "en_US-amy-medium", engine=Engine.PIPER)}


def test_an_engine_with_models_wants_them_named() -> None:
    with pytest.raises(ValidationError, match="engine piper needs to know its voices"):
        TtsSettings.model_validate({"engine": "piper"})


def test_a_voice_on_a_server_says_where_the_server_is() -> None:
    with pytest.raises(ValidationError, match=r"say under tts\.openai where it is"):
        TtsSettings.model_validate({"engine": "openai", "voices": {"en": "nova"}})


def test_espeak_stands_in_for_a_neural_voice_on_this_machine_too() -> None:
    settings = TtsSettings.model_validate({"engine": "piper", "voices": {"es": "es_MX-claude-high"}})
    stand_in = settings.stand_in(settings.voice("es"))
    assert stand_in is not None
    assert (stand_in.engine, stand_in.name) == (Engine.ESPEAK, "es-419")
    within = TtsSettings.model_validate({"voices": {"en": "en-us+f3"}})
    assert within.stand_in(within.voice("en")) is None


def test_espeak_stands_in_for_a_voice_on_a_server() -> None:
    server = {"host": "10.0.0.5", "port": 10200}
    settings = TtsSettings.model_validate(
        {"engine": "wyoming", "wyoming": server, "voices": {"es": "claude"}}
    )
    stand_in = settings.stand_in(settings.voice("es"))
    assert stand_in is not None
    assert (stand_in.engine, stand_in.name) == (Engine.ESPEAK, "es-419")
    assert TtsSettings().stand_in(TtsSettings().voice("en")) is None


def test_who_stands_in_is_on_this_machine() -> None:
    with pytest.raises(ValidationError, match="for voices on this machine"):
        TtsSettings.model_validate({"fallback": {"en": {"engine": "openai", "name": "nova"}}})
