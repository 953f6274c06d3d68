from __future__ import annotations

import pytest

from voicebot.contact.week import both, days_of, slot_of, stated, told, week_of


def test_days_and_hours_as_people_write_them() -> None:
    assert list(days_of("mon-fri")) == [0, 1, 2, 3, 4]
    assert list(days_of("sun")) == [6]
    assert slot_of("08:30-24:00") == (510, 1440)


def test_hours_that_touch_are_one() -> None:
    week = week_of({"mon": ["12:00-18:00", "08:00-12:00"], "tue": ["08:00-12:00", "14:00-18:00"]})
    assert [told(slots) for slots in week[:3]] == ["08:00-18:00", "08:00-12:00, 14:00-18:00", ""]


def test_hours_of_both_weeks_are_those_that_lie_in_each() -> None:
    one = week_of({"mon-tue": ["08:00-12:00", "14:00-20:00"]})
    other = week_of({"mon": ["11:00-15:00"]})
    assert [told(slots) for slots in both(one, other)[:2]] == ["11:00-12:00, 14:00-15:00", ""]


def test_times_that_a_person_states() -> None:
    week = stated(("mon-fri 09:00-17:00", "fri 16:00-18:00", "sun", "00:00-08:00"))
    assert told(week[0]) == "00:00-08:00, 09:00-17:00"
    assert told(week[4]) == "00:00-08:00, 09:00-18:00"
    assert told(week[6]) == "00:00-24:00"


@pytest.mark.parametrize(
    "text", ["", "never", "mon 9-17", "mon-fri 09:00-17:00 please", "24:00-25:00", "fri-mon"]
)
def test_time_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|are no|runs backwards"):
        stated((text,))
