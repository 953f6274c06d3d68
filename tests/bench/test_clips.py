from pathlib import Path

import pytest

from voicebot.bench.clips import Clip, read_clips
from voicebot.errors import SpeechError


def test_a_manifest_has_a_line_for_each_clip_and_may_tell_more_than_is_asked(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text(
        '{"path": "a.wav", "text": "sí", "lang": "es", "expect": "yes_no", "speaker": 7}\n\n'
        '{"path": "b.wav", "text": ""}\n'
    )
    assert read_clips(tmp_path) == [
        Clip(path=tmp_path / "a.wav", text="sí", lang="es", expect="yes_no"),
        Clip(path=tmp_path / "b.wav", text=""),
    ]


def test_without_a_manifest_it_is_told_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(
        SpeechError, match=r'manifest\.jsonl: No such file .* one line for each clip, such as \{"path"'
    ):
        read_clips(tmp_path)


def test_a_line_that_is_no_clip_is_told_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text(
        '{"path": "a.wav", "text": "hi"}\n{"path": "b.wav", "lang": "fr"}\n'
    )
    with pytest.raises(SpeechError, match=r"manifest\.jsonl:2: text: Field required"):
        read_clips(tmp_path)
