from pathlib import Path

import pytest

from voicebot.errors import SettingsError
from voicebot.settings import load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "voicebot.yaml"
    path.write_text(text)
    return path


def test_without_a_file_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.turns.endpointing == 0.5
    assert settings.store_url.startswith("sqlite+aiosqlite:///")


def test_the_file_is_read_and_the_environment_goes_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "turns: {endpointing: 0.6, pause: 0.25}\n")
    monkeypatch.setenv("VOICEBOT_TURNS__ENDPOINTING", "0.7")

    settings = load_settings(path)

    assert (settings.turns.endpointing, settings.turns.pause) == (0.7, 0.25)


def test_the_var_dir_moves_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT_VAR_DIR", str(tmp_path))
    assert load_settings().store_url == f"sqlite+aiosqlite:///{tmp_path}/voicebot.db"


def test_every_problem_is_told_at_once_with_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, "turns: {endpointing: 99}\naudiosocket: {prot: 9092}\n")

    with pytest.raises(SettingsError) as error:
        load_settings(path)

    assert "turns.endpointing" in str(error.value)
    assert "audiosocket.prot" in str(error.value)


@pytest.mark.parametrize("text", ["- a list\n", "{broken", "\tturns: 1\n"])
def test_a_file_that_is_no_settings_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError, match=r"voicebot\.yaml"):
        load_settings(path)


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.yaml"):
        load_settings(tmp_path / "missing.yaml")


def test_passwords_come_from_the_environment_and_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOICEBOT_ARI__PASSWORD", "a-long-password")
    settings = load_settings(write(tmp_path, "ari: {port: 18088}\n"))
    assert (settings.ari.port, settings.ari.password.get_secret_value()) == (18088, "a-long-password")
    assert "a-long-password" not in repr(settings)


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = write(tmp_path, "media: {password: a-long-password}\n")
    with pytest.raises(SettingsError, match="set VOICEBOT_MEDIA__PASSWORD") as error:
        load_settings(path)
    assert "a-long-password" not in str(error.value)


def test_spanish_is_not_answered_on_a_recogniser_for_demonstrations() -> None:
    spanish = {"routes": {"15550100": {"language": "es"}}}
    with pytest.raises(SettingsError, match=r"hears es .*stt\.engine: whisper.*stt\.allow_demo_grade: true"):
        load_settings(inbound=spanish).require_heard()
    load_settings().require_heard()
    load_settings(inbound=spanish, stt={"allow_demo_grade": True}).require_heard()
    load_settings(inbound=spanish, stt={"engine": "whisper", "model": "small"}).require_heard()


def test_a_key_deep_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = write(
        tmp_path, "stt: {engine: openai, openai: {base_url: http://a/v1, model: m, key: sk-secret}}\n"
    )
    with pytest.raises(SettingsError, match="set VOICEBOT_STT__OPENAI__KEY") as error:
        load_settings(path)
    assert "sk-secret" not in str(error.value)


def test_a_key_from_the_environment_joins_the_server_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOICEBOT_STT__OPENAI__KEY", "sk-secret")
    settings = load_settings(
        write(tmp_path, "stt: {engine: openai, openai: {base_url: http://a/v1, model: m}}\n")
    )
    assert settings.stt.openai is not None
    assert settings.stt.openai.key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings)


def test_a_key_is_not_repeated_when_something_else_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOICEBOT_STT__OPENAI__KEY", "sk-secret")
    with pytest.raises(SettingsError, match=r"stt\.openai\.base_url: Field required") as error:
        load_settings(write(tmp_path, "stt: {engine: openai}\n"))
    assert "sk-secret" not in str(error.value)


def test_a_recogniser_on_a_server_says_where_the_server_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"say under stt\.openai where it is"):
        load_settings(write(tmp_path, "stt: {fallback: [openai]}\n"))
