"""A campaign is stricter than the law, and never laxer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.contact.stage import MOMENTS, NEW_YORK, SANTIAGO, ask, call, local, person, shipped, talk
from voicebot.contact import Channel, OwnRules, Person, Reason, stricter_book
from voicebot.contact.rules import Counts, HowOften

NY = person("US", "NY")
RM = person("CL", "RM")


def test_shorter_hours_of_a_campaign_end_where_those_of_the_law_do() -> None:
    book = stricter_book(shipped(), OwnRules(hours={"mon-sun": ("06:00-10:00", "18:00-23:00")}))
    assert ask(RM, local("2026-11-18 08:00", SANTIAGO), rules=book).allowed
    noon = ask(RM, local("2026-11-18 12:00", SANTIAGO), rules=book)
    assert noon.next_allowed_at == local("2026-11-18 18:00", SANTIAGO)
    assert noon.source.endswith("; the campaign's own")
    late = ask(RM, local("2026-11-21 20:00", SANTIAGO), rules=book)
    assert late.next_allowed_at == local("2026-11-23 08:00", SANTIAGO)


def test_campaign_skips_holidays_that_the_law_does_not() -> None:
    thanksgiving = local("2026-11-26 12:00", NEW_YORK)
    assert ask(NY, thanksgiving).allowed
    book = stricter_book(shipped(), OwnRules(skip_holidays=True))
    assert ask(NY, thanksgiving, rules=book).reason is Reason.HOLIDAY


def test_limit_of_a_campaign_stands_beside_those_of_the_law() -> None:
    noon = local("2026-11-18 12:00", NEW_YORK)
    daily = HowOften(counts=Counts.ATTEMPTS, channels=(Channel.VOICE,), at_most=1, within="day")
    book = stricter_book(shipped(), OwnRules(limits={"daily": daily}))
    verdict = ask(NY, noon, call(noon - timedelta(hours=1)), rules=book)
    assert verdict.rule == "US.limits.campaign.daily"
    assert verdict.next_allowed_at == local("2026-11-19 08:00", NEW_YORK)


def test_campaign_by_messages_alone_makes_no_calls() -> None:
    book = stricter_book(shipped(), OwnRules(channels=(Channel.SMS,)))
    noon = local("2026-11-18 12:00", NEW_YORK)
    assert ask(NY, noon, rules=book).reason is Reason.CHANNEL_NOT_ALLOWED
    assert ask(NY, noon, rules=book, channel=Channel.SMS).allowed


def test_campaign_has_no_words_for_being_laxer() -> None:
    with pytest.raises(ValidationError):
        OwnRules.model_validate({"holidays": {"allowed": True}})


WIDE = OwnRules(
    hours={"mon-sun": ("00:00-24:00",)},
    limits={"many": HowOften(counts=Counts.CONTACTS, channels=tuple(Channel), at_most=99, within="day")},
)
NARROW = OwnRules(hours={"mon-sat": ("10:00-13:00",)}, skip_holidays=True)


@given(
    st.sampled_from([WIDE, NARROW]),
    st.sampled_from([NY, RM, person("US", "MA"), person("BR", "RJ"), person("ES")]),
    MOMENTS,
    st.integers(0, 200),
)
def test_whatever_a_campaign_allows_the_law_allows(
    own: OwnRules, who: Person, now: datetime, hours: int
) -> None:
    past = talk(now - timedelta(hours=hours))
    if ask(who, now, past, rules=stricter_book(shipped(), own)).allowed:
        assert ask(who, now, past).allowed
