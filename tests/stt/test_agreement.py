from __future__ import annotations

import pytest

from voicebot.stt.agreement import Agreement


def after(*decodings: str) -> Agreement:
    agreement = Agreement()
    for text in decodings:
        agreement.decoded(text)
    return agreement


def test_one_decoding_is_not_believed() -> None:
    assert after("i can").words == ""


def test_what_two_in_a_row_begin_with_is_believed() -> None:
    assert after("i can pay", "i can play on friday").words == "i can"


def test_what_is_believed_stays() -> None:
    assert after("i can pay", "i can pay on", "i cannot pay").words == "i can pay"


def test_more_is_told_once() -> None:
    agreement = after("i can")
    assert agreement.decoded("i can pay")
    assert not agreement.decoded("i can")


@pytest.mark.parametrize("figures", ["$1,000", "20", "1st"])
def test_figures_are_never_believed_for_they_grow_with_the_next_word(figures: str) -> None:
    assert after(f"i pay {figures} on", f"i pay {figures} on friday").words == "i pay"


@pytest.mark.parametrize(
    ("last", "final"),
    [
        ("i can pay on friday", "i can pay on friday"),
        ("i can play on friday", "i can pay on friday"),  # believed is believed
        ("can pay on friday", "i can pay on friday"),
        ("on friday", "i can pay on friday"),
        ("", "i can pay"),
    ],
)
def test_the_end_comes_from_the_decoding_of_the_whole(last: str, final: str) -> None:
    agreement = after("i can pay", "i can pay")
    assert agreement.final(last) == final
