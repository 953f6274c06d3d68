from __future__ import annotations

from voicebot.inbox.settling import AGAIN_SECONDS, Settling


def test_a_file_is_taken_when_it_has_not_changed_for_a_while() -> None:
    files = Settling(2.0)
    assert files.look({"a.csv": (1, 10, 0)}, now=0.0) == []
    assert files.look({"a.csv": (1, 20, 1)}, now=1.0) == []
    assert files.look({"a.csv": (1, 20, 1)}, now=2.5) == []
    assert files.look({"a.csv": (1, 20, 1)}, now=3.0) == ["a.csv"]


def test_another_file_of_the_same_name_is_waited_for_anew() -> None:
    files = Settling(2.0)
    files.look({"a.csv": (1, 10, 0)}, now=0.0)
    assert files.look({"a.csv": (2, 10, 0)}, now=2.0) == []
    files.look({}, now=3.0)
    assert files.look({"a.csv": (2, 10, 0)}, now=4.0) == []
    assert files.look({"a.csv": (2, 10, 0)}, now=6.0) == ["a.csv"]


def test_a_file_that_could_not_be_tried_is_left_for_a_minute() -> None:
    files = Settling(2.0)
    files.look({"a.csv": (1, 10, 0), "b.csv": (2, 5, 0)}, now=0.0)
    files.put_off("a.csv", now=2.0)
    assert files.look({"a.csv": (1, 10, 0), "b.csv": (2, 5, 0)}, now=3.0) == ["b.csv"]
    assert files.look({"a.csv": (1, 10, 0)}, now=2.0 + AGAIN_SECONDS) == ["a.csv"]
