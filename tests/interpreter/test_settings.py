from pathlib import Path

import pytest
from pydantic import ValidationError

from voicebot.errors import SettingsError
from voicebot.interpreter.settings import InterpreterSettings
from voicebot.settings import load_settings


def test_nobody_is_asked_unless_it_is_configured() -> None:
    assert load_settings().understanding.interpreter is None


def test_the_environment_names_the_endpoint_and_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_UNDERSTANDING__INTERPRETER__BASE_URL", "http://127.0.0.1:8080/v1/")
    monkeypatch.setenv("VOICEBOT_UNDERSTANDING__INTERPRETER__MODEL", "small")
    monkeypatch.setenv("VOICEBOT_INTERPRETER_KEY", "sk-secret")
    settings = load_settings()
    assert settings.understanding.interpreter == InterpreterSettings(
        base_url="http://127.0.0.1:8080/v1", model="small"
    )
    assert settings.interpreter_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings)


def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "voicebot.yaml"
    path.write_text("interpreter_key: sk-secret\n")
    with pytest.raises(SettingsError, match="set VOICEBOT_INTERPRETER_KEY") as error:
        load_settings(path)
    assert "sk-secret" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:8080", "ftp://example.org", "http://", "http://me:secret@example.org", "http://a/?key=b"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        InterpreterSettings(base_url=address, model="small")
