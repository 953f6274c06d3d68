from pathlib import Path

import pytest

from voicebot.errors import ModelError, SpeechError
from voicebot.models.files import LOCK
from voicebot.models.folder import model_folder
from voicebot.settings import Settings


def test_a_model_that_is_here_is_a_folder_below_the_state_of_voicebot(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    (tmp_path / "models" / "small").mkdir(parents=True)
    (tmp_path / "models" / "small" / LOCK).write_text("{}")
    assert model_folder("small", settings.models_dir) == tmp_path / "models" / "small"


def test_a_model_that_is_not_here_whole_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    with pytest.raises(ModelError, match="voicebot models pull small"):
        model_folder("small", tmp_path)


def test_a_name_that_is_nearly_right_is_told_what_may_be_meant(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="did you mean small"):
        model_folder("smal", tmp_path)


def test_an_operator_may_name_a_folder_of_their_own(tmp_path: Path) -> None:
    assert model_folder(str(tmp_path), Path("var/models")) == tmp_path
    with pytest.raises(ModelError, match="there is no folder"):
        model_folder(str(tmp_path / "nothing"), Path("var/models"))
