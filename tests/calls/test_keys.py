from hypothesis import given
from hypothesis import strategies as st

from voicebot.calls.keys import BETWEEN_KEYS, KeyEntry


def press(entry: KeyEntry, keys: str, at: float = 1.0) -> str | None:
    whole = None
    for n, key in enumerate(keys):
        whole = entry.press(key, at + n * 0.2)
    return whole


def test_four_digits_are_whole_at_the_fourth() -> None:
    entry = KeyEntry()
    entry.expect(4)
    assert press(entry, "472") is None
    assert entry.pending
    assert press(entry, "9") == "4729"
    assert not entry.pending


def test_an_amount_ends_at_the_pound_key() -> None:
    entry = KeyEntry()
    entry.expect(0)
    assert press(entry, "180*50#") == "180*50#"


def test_an_amount_without_pound_ends_when_the_caller_stops_pressing() -> None:
    entry = KeyEntry()
    entry.expect(0)
    press(entry, "180", at=1.0)
    assert entry.on_time(2.0) is None
    assert entry.on_time(1.4 + BETWEEN_KEYS) == "180"


def test_a_lone_pound_is_a_key_of_its_own() -> None:
    entry = KeyEntry()
    entry.expect(1)
    assert press(entry, "#") == "#"


def test_a_new_question_forgets_half_an_answer() -> None:
    entry = KeyEntry()
    entry.expect(4)
    press(entry, "47")
    entry.expect(4)
    assert press(entry, "4729") == "4729"


@given(keys=st.text("0123456789*", min_size=1, max_size=12))
def test_nothing_pressed_is_ever_lost(keys: str) -> None:
    entry = KeyEntry()
    entry.expect(0)
    assert press(entry, keys) is None
    assert entry.on_time(1000.0) == keys
    assert entry.on_time(2000.0) is None
