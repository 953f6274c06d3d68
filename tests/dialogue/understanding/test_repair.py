from __future__ import annotations

import pytest

from voicebot.dialogue.understanding.repair import repaired


@pytest.mark.parametrize(
    ("language", "heard", "meant"),
    [
        ("en", " i want to speak to your super visor", " i want to speak to your supervisor"),
        ("en", " i with draw my permition", " i withdraw my permission"),
        ("en", " leave a mess age", " leave a message"),
        ("es", " ya no me yamen", " ya no me llamen"),
        ("es", " los voy a de nunciar", " los voy a denunciar"),
        ("es", " no hes cucho nada", " no escucho nada"),
        ("es", " quiero hablar con un umano", " quiero hablar con un humano"),
    ],
)
def test_torn_and_misspelled_words_are_put_right(language: str, heard: str, meant: str) -> None:
    assert repaired(heard, language, "") == meant


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", " i looked at the maths"),
        ("en", " i can pay on friday"),
        ("en", " two hundred dollars"),
        ("es", " por que me llama"),
        ("es", " le pago el viernes"),
        ("es", " voy a pagar a fin de mes"),
        ("es", " doscientos mil pesos"),
    ],
)
def test_what_is_no_mistake_is_kept(language: str, words: str) -> None:
    assert repaired(words, language, "") == words


def test_name_is_never_put_right() -> None:
    assert repaired(" soy yamen", "es", "Yamen") == " soy yamen"
