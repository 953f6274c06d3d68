from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from voicebot.telephony.ari_events import (
    ChannelFacts,
    ChannelLost,
    ChannelOrphaned,
    StasisStart,
)
from voicebot.telephony.ari_models import CallerID, DialplanCEP
from voicebot.telephony.ari_reconciliation import Found, reconcile


class Watched(NamedTuple):
    channel_id: str = "caller"
    in_asterisk: bool = True
    away: bool = False


def caller(app_name: str, app_data: str) -> ChannelFacts:
    nobody = CallerID(name="", number="")
    place = DialplanCEP(exten="100", app_name=app_name, app_data=app_data)
    return ChannelFacts(
        id="caller", name="PJSIP/a", state="Up", caller=nobody, connected=nobody, dialplan=place
    )


TALKING = caller("Stasis", "voicebot,inbound,100")
QUEUEING = caller("Queue", "human")
DIALLED = caller("AppDial2", "(Outgoing Line)")
ELSEWHERE = caller("Stasis", "other,inbound")


def found(
    *watches: Watched,
    heard: Iterable[str] = (),
    channels: Iterable[ChannelFacts] = (),
    arrived: Iterable[str] = (),
) -> Found:
    by_id = {facts.id: facts for facts in channels}
    return reconcile({"voicebot"}, watches, set(heard), by_id, set(arrived))


def test_a_call_that_is_still_there_goes_on() -> None:
    assert found(Watched(), heard=["caller"], channels=[TALKING]) == Found()
    assert found(Watched(), heard=["caller"], channels=[DIALLED]) == Found()


def test_a_call_that_is_gone_is_lost() -> None:
    assert found(Watched()) == Found(news=(ChannelLost("caller"),))


def test_a_call_that_left_for_the_dialplan_is_lost_to_us() -> None:
    assert found(Watched(), channels=[QUEUEING]) == Found(news=(ChannelLost("caller"),))


def test_a_call_that_was_never_there_or_came_just_now_is_not_lost() -> None:
    assert found(Watched(in_asterisk=False)) == Found()
    assert found(Watched(), arrived=["caller"]) == Found()
    assert found(heard=["caller"], channels=[TALKING], arrived=["caller"]) == Found()


def test_a_call_that_is_away_is_lost_only_when_it_is_gone_from_asterisk() -> None:
    assert found(Watched(away=True), heard=["caller"], channels=[QUEUEING]) == Found()
    assert found(Watched(away=True), channels=[QUEUEING]) == Found(unheard=("caller",))
    assert found(Watched(away=True)) == Found(news=(ChannelLost("caller"),))


def test_a_call_that_is_back_from_away_is_told_with_the_arguments_of_its_return() -> None:
    back = caller("Stasis", "voicebot,human,TIMEOUT")
    told = StasisStart(channel=back, args=("human", "TIMEOUT"))
    assert found(Watched(away=True), heard=["caller"], channels=[back]) == Found(news=(told,))


def test_a_stranger_in_our_application_or_on_its_way_there_is_an_orphan() -> None:
    for facts in (TALKING, DIALLED):
        assert found(heard=["caller"], channels=[facts]) == Found(orphans=(ChannelOrphaned("caller"),))


def test_a_stranger_with_people_or_in_another_application_is_none_of_ours() -> None:
    for facts in (QUEUEING, ELSEWHERE):
        assert found(heard=["caller"], channels=[facts]) == Found()
    assert found(channels=[TALKING]) == Found()
