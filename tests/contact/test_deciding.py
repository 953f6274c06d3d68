"""May Ana be contacted now? By what the rules that ship say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.contact.stage import (
    BOGOTA,
    LONG_AGO,
    NEW_YORK,
    SANTIAGO,
    WRITTEN,
    ask,
    call,
    local,
    person,
    talk,
)
from voicebot.calls.suppression import Suppression
from voicebot.contact import Channel, Consent, ConsentKind, Reason

NY = person("US", "NY")
RM = person("CL", "RM")
CO = person("CO", channels=tuple(Channel))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = local("2026-11-18 12:00", NEW_YORK)


def test_from_eight_to_nine_in_the_evening_people_in_new_york_are_called() -> None:
    assert ask(NY, local("2026-11-18 08:00", NEW_YORK)).allowed
    assert ask(NY, local("2026-11-18 20:59:59", NEW_YORK)).allowed
    late = ask(NY, local("2026-11-18 21:00", NEW_YORK))
    assert late.reason is Reason.OUTSIDE_HOURS
    assert late.next_allowed_at == local("2026-11-19 08:00", NEW_YORK)
    assert (late.rule, late.source) == ("US.hours", "12 CFR 1006.6(b)(1)")


def test_sunday_in_chile_waits_for_monday() -> None:
    sunday = ask(RM, local("2026-11-22 12:00", SANTIAGO))
    assert sunday.reason is Reason.OUTSIDE_HOURS
    assert sunday.next_allowed_at == local("2026-11-23 08:00", SANTIAGO)


def test_holiday_in_colombia_on_a_monday_waits_for_tuesday() -> None:
    holiday = ask(CO, local("2026-11-16 10:00", BOGOTA))
    assert holiday.reason is Reason.HOLIDAY
    assert holiday.next_allowed_at == local("2026-11-17 07:00", BOGOTA)


def test_holiday_of_one_region_leaves_the_others_alone() -> None:
    chillan = local("2026-08-20 10:00", SANTIAGO)
    assert ask(RM, chillan).allowed
    assert ask(person("CL", "Ñuble"), chillan).reason is Reason.HOLIDAY


def test_region_that_nobody_knows_keeps_the_holidays_of_all() -> None:
    assert ask(person("CL"), local("2026-08-20 12:00", SANTIAGO)).reason is Reason.HOLIDAY


def test_eighth_call_waits_for_the_minute_of_the_first() -> None:
    calls = [call(NOON - 7 * DAY + number * DAY) for number in range(7)]
    assert ask(NY, NOON, *calls).allowed
    early = ask(NY, NOON - MINUTE, *calls)
    assert early.reason is Reason.TOO_MANY_ATTEMPTS
    assert early.next_allowed_at == NOON
    assert early.rule == "US.limits.seven_calls"


def test_calls_that_reached_nothing_and_those_about_other_debts_leave_room() -> None:
    unreached = [call(NOON - number * DAY, connected=False) for number in range(1, 9)]
    other = [call(NOON - number * DAY, debt="car") for number in range(1, 9)]
    assert ask(NY, NOON, *unreached, *other).allowed


def test_call_that_was_asked_for_is_placed_beyond_the_limit() -> None:
    calls = [call(NOON - number * timedelta(hours=3)) for number in range(1, 8)]
    asked = Consent(ConsentKind.CALL, NOON - timedelta(hours=1), "said in the call")
    assert not ask(NY, NOON, *calls).allowed
    assert ask(replace(NY, consents=(WRITTEN, asked)), NOON, *calls).allowed


def test_wish_for_a_call_lasts_seven_days_of_which_the_first_is_its_own() -> None:
    wish = Consent(ConsentKind.CALL, local("2026-11-12 20:00", NEW_YORK))
    who = replace(NY, consents=(WRITTEN, wish))
    talked = talk(local("2026-11-15 12:00", NEW_YORK))
    assert ask(who, local("2026-11-18 20:59", NEW_YORK), talked).allowed
    verdict = ask(who, local("2026-11-19 08:00", NEW_YORK), talked)
    assert verdict.next_allowed_at == local("2026-11-22 08:00", NEW_YORK)


def test_wish_for_a_call_at_another_number_is_none_for_this_one() -> None:
    wish = Consent(ConsentKind.CALL, NOON - DAY, number="+12125550199")
    who = replace(NY, consents=(WRITTEN, wish))
    assert ask(who, NOON, talk(NOON - 2 * DAY), number="+12125550123").reason is Reason.PAUSE


def test_calls_that_were_asked_for_count_for_nobody() -> None:
    calls = [call(NOON - number * timedelta(hours=3)) for number in range(1, 8)]
    revoked = Consent(ConsentKind.CALL, NOON - 2 * DAY, revoked_at=NOON - MINUTE)
    assert ask(replace(NY, consents=(WRITTEN, revoked)), NOON, *calls).allowed


def test_conversation_is_followed_by_seven_days_of_which_it_is_the_first() -> None:
    verdict = ask(NY, NOON + MINUTE, talk(NOON))
    assert verdict.reason is Reason.PAUSE
    assert verdict.next_allowed_at == local("2026-11-25 08:00", NEW_YORK)
    assert ask(NY, NOON + MINUTE, talk(NOON, debt="car")).allowed


def test_massachusetts_counts_two_calls_for_a_debt_whoever_was_called() -> None:
    calls = [call(NOON - DAY), call(NOON - 2 * DAY, person_id="co-debtor")]
    assert ask(NY, NOON, *calls).allowed
    there = ask(person("US", "MA"), NOON, *calls)
    assert there.rule == "US.regions.MA.limits.two_calls"
    assert there.next_allowed_at == NOON + 5 * DAY
    assert not ask(person("US", zones=("America/New_York",)), NOON, *calls).allowed


def test_one_conversation_a_week_in_chile_and_the_week_begins_on_monday() -> None:
    saturday = local("2026-11-21 19:59", SANTIAGO)
    assert ask(RM, local("2026-11-23 08:00", SANTIAGO), talk(saturday)).allowed
    tuesday = local("2026-11-17 09:00", SANTIAGO)
    second = ask(RM, saturday, talk(tuesday))
    assert second.reason is Reason.TOO_MANY_CONTACTS
    assert second.next_allowed_at == local("2026-11-23 08:00", SANTIAGO)
    assert ask(RM, saturday, talk(tuesday), channel=Channel.SMS).allowed


def test_messages_in_chile_are_two_days_apart() -> None:
    monday = local("2026-11-16 09:00", SANTIAGO)
    message = talk(monday, channel=Channel.EMAIL)
    assert not ask(RM, local("2026-11-17 19:00", SANTIAGO), message, channel=Channel.SMS).allowed
    assert ask(RM, local("2026-11-18 08:00", SANTIAGO), message, channel=Channel.SMS).allowed


def test_colombia_keeps_to_one_channel_in_a_week_and_to_what_is_authorised() -> None:
    tuesday = local("2026-11-24 09:00", BOGOTA)
    written = talk(tuesday - DAY, channel=Channel.SMS)
    assert ask(CO, tuesday, written).reason is Reason.OTHER_CHANNEL
    assert ask(person("CO"), tuesday).reason is Reason.CHANNEL_NOT_AUTHORISED


def test_consent_holds_from_the_moment_at_which_it_is_given() -> None:
    tomorrow = replace(WRITTEN, given_at=NOON + DAY)
    early = ask(replace(NY, consents=(tomorrow,)), NOON)
    assert (early.reason, early.next_allowed_at) == (Reason.NO_CONSENT, NOON + DAY)
    assert ask(replace(NY, consents=(tomorrow,)), NOON + DAY).allowed
    wish = Consent(ConsentKind.CALL, NOON + DAY)
    paused = ask(replace(NY, consents=(WRITTEN, wish)), NOON, talk(NOON - DAY))
    assert (paused.reason, paused.next_allowed_at) == (Reason.PAUSE, NOON + DAY)


def test_consent_is_needed_where_a_machine_speaks_and_revoked_it_is_worth_nothing() -> None:
    without = ask(replace(NY, consents=()), NOON)
    assert (without.reason, without.next_allowed_at) == (Reason.NO_CONSENT, None)
    revoked = replace(WRITTEN, revoked_at=NOON - MINUTE)
    assert ask(replace(NY, consents=(revoked,)), NOON).reason is Reason.NO_CONSENT
    elsewhere = replace(WRITTEN, number="+12125550199")
    assert not ask(replace(NY, consents=(elsewhere,)), NOON, number="+12125550123").allowed
    assert ask(replace(NY, consents=()), NOON, channel=Channel.SMS).allowed


@pytest.mark.parametrize("channel", Channel)
def test_whoever_opted_out_is_left_in_peace_on_every_channel(channel: Channel) -> None:
    over = Suppression("key:hash", "all", LONG_AGO, "opt_out")
    verdict = ask(RM, local("2026-11-18 12:00", SANTIAGO), suppressed=(over,), channel=channel)
    assert (verdict.reason, verdict.next_allowed_at) == (Reason.SUPPRESSED, None)
    assert (verdict.rule, verdict.source) == ("suppressions", "opt_out")


def test_whoever_wants_no_calls_still_gets_messages() -> None:
    no_calls = (Suppression("key:hash", "voice", LONG_AGO, "opt_out_voice"),)
    noon = local("2026-11-18 12:00", SANTIAGO)
    assert not ask(RM, noon, suppressed=no_calls).allowed
    assert ask(RM, noon, suppressed=no_calls, channel=Channel.SMS).allowed


def test_country_without_rules_and_unknown_country_are_never_called() -> None:
    for country in (None, "FR"):
        verdict = ask(person(country, zones=("Europe/Paris",)), NOON)
        assert (verdict.reason, verdict.next_allowed_at) == (Reason.NO_RULES, None)


def test_zone_that_nobody_knows_is_never_called() -> None:
    nowhere = ask(person("US"), NOON, number="+15551234567")
    assert (nowhere.reason, nowhere.next_allowed_at) == (Reason.UNKNOWN_ZONE, None)
    assert ask(person("US", zones=("America/Springfield",)), NOON).reason is Reason.UNKNOWN_ZONE


def test_number_and_address_in_two_zones_are_called_when_both_are_awake() -> None:
    moved = ask(person("US", "CA"), local("2026-11-18 09:00", NEW_YORK), number="+12125550123")
    assert moved.next_allowed_at == local("2026-11-18 08:00", ZoneInfo("America/Los_Angeles"))


def test_time_that_somebody_called_inconvenient_is_kept_free() -> None:
    at_work = replace(NY, inconvenient=("mon-fri 09:00-17:00",))
    verdict = ask(at_work, NOON)
    assert verdict.reason is Reason.INCONVENIENT
    assert verdict.next_allowed_at == local("2026-11-18 17:00", NEW_YORK)
    always = ask(replace(NY, inconvenient=("00:00-24:00",)), NOON)
    assert (always.reason, always.next_allowed_at) == (Reason.INCONVENIENT, None)


def test_stated_time_that_cannot_be_read_may_be_any_time() -> None:
    unread = ask(replace(NY, inconvenient=("after work",)), NOON)
    assert (unread.reason, unread.next_allowed_at) == (Reason.INCONVENIENT, None)


def test_zones_without_a_common_hour_are_a_matter_for_people() -> None:
    far = person("AR", zones=("America/Argentina/Buenos_Aires", "Asia/Tokyo"))
    assert ask(far, datetime(2026, 11, 18, 15, tzinfo=UTC)).next_allowed_at is None
