from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.tts.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  \n ", []),
        ("Hello", ["Hello"]),
        ("Hello. Can you pay?", ["Hello.", "Can you pay?"]),
        ("Hola.  ¿Puede pagar hoy? ¡Gracias!", ["Hola.", "¿Puede pagar hoy?", "¡Gracias!"]),
        # written on two lines
        ("One moment\nplease.", ["One moment", "please."]),
        # titles and initials
        ("Le habla la Sra. Ana. ¿Me oye?", ["Le habla la Sra. Ana.", "¿Me oye?"]),
        ("Is this Mr. A. Smith? Good.", ["Is this Mr. A. Smith?", "Good."]),
        # times of day
        ("Call us at 9 a.m. on Friday. Bye.", ["Call us at 9 a.m. on Friday.", "Bye."]),
        ("Llame a las 9 a.m. del viernes.", ["Llame a las 9 a.m. del viernes."]),
        # figures
        ("Debe 1.250,00 pesos. Hoy.", ["Debe 1.250,00 pesos.", "Hoy."]),
        ("It is 3.50 dollars. 20 more are due.", ["It is 3.50 dollars.", "20 more are due."]),
        # a figure at the end of a sentence
        ("You owe 215. Pay today.", ["You owe 215.", "Pay today."]),
        # quotes and brackets close with the sentence
        ('Say "yes." Then wait (please.) Now.', ['Say "yes."', "Then wait (please.)", "Now."]),
        # a pause is no end
        ("Well... yes. No", ["Well...", "yes.", "No"]),
        ("Really?! Yes!!", ["Really?!", "Yes!!"]),
    ],
)
def test_text_is_cut_where_a_reader_takes_breath(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    assert " ".join(split_sentences(text)).split() == text.split()
