from __future__ import annotations

import pytest
import yaml

from voicebot.errors import ModelError
from voicebot.models.manifest import CHECKOUT, Job, find_model, manifest, read_manifest


def test_every_model_of_the_list_can_be_compared_with_a_published_checksum() -> None:
    assert [model.name for model in manifest().values() if not model.pinned] == []


def test_there_is_a_recogniser_and_a_voice_for_business_in_each_language() -> None:
    for language in ("en", "es"):
        for what in (Job.STT, Job.TTS):
            assert [
                model.name
                for model in manifest().values()
                if model.what is what and model.commercial and language in {it[:2] for it in model.languages}
            ]


def test_models_that_are_not_for_business_say_so() -> None:
    assert not find_model("moonshine-es").commercial
    assert not find_model("en_US-lessac-medium").commercial
    assert find_model("es_MX-claude-high").commercial


def test_the_size_of_a_model_is_that_of_its_files() -> None:
    for model in manifest().values():
        sizes = [file.size or 0 for file in model.files]
        packed = any(file.unpack for file in model.files)
        assert model.size > sum(sizes) if packed else model.size == sum(sizes), model.name


def test_files_are_published_below_the_base_and_mirrored_below_the_name() -> None:
    model = find_model("smart-turn")
    [file] = model.files
    assert model.url(file).startswith("https://huggingface.co/pipecat-ai/smart-turn-v3/resolve/")
    assert model.url(file, "http://mirror/models/") == f"http://mirror/models/smart-turn/{file.path}"


def test_a_name_that_is_nearly_right_is_told_what_may_be_meant() -> None:
    with pytest.raises(ModelError, match="did you mean parakeet-v3"):
        find_model("parakeet")


@pytest.mark.parametrize("path", ["/etc/passwd", "../model.bin", ""])
def test_no_file_lies_outside_of_its_models_folder(path: str) -> None:
    entries = yaml.safe_load(CHECKOUT.read_text())
    entries["models"][0]["files"][0]["path"] = path
    with pytest.raises(ValueError, match="inside of the model's folder"):
        read_manifest(yaml.safe_dump(entries))


def test_no_two_models_have_one_name() -> None:
    entries = yaml.safe_load(CHECKOUT.read_text())
    with pytest.raises(ValueError, match="one name"):
        read_manifest(yaml.safe_dump({"models": entries["models"][:1] * 2}))
