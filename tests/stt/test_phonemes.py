from __future__ import annotations

import pytest

from voicebot.stt.phonemes import pronunciation


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("sí", "S IY"),
        ("quince", "K IY N S EH"),
        ("mañana", "M AA N Y AA N AA"),
        ("jueves", "HH W EH B EH S"),
        ("veintiún", "B EY N T Y UW N"),
        ("guerra", "G EH R AA"),
        ("hoy", "OW IY"),
        ("llámeme", "Y AA M EH M EH"),
        ("chile", "CH IY L EH"),
        ("agüero", "AA G W EH R OW"),
    ],
)
def test_spanish_sounds_as_it_is_spelled(word: str, phonemes: str) -> None:
    assert pronunciation(word) == phonemes
