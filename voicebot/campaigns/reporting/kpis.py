"""The figures by which a campaign is judged, each by its formula; what the data lack is not known. Pure.

Every function here is one row of ``docs/kpis.md``: its docstring is the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from voicebot.campaigns.reporting.counts import Counts, Money
from voicebot.campaigns.reporting.prices import Prices

Unit = Literal["%", "", "money", "s", "ms"]
Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI of one period."""

    over: Decimal | None
    """Above the line; ``None``: the data do not tell."""
    under: Decimal | None
    """Below the line."""
    currency: str = ""
    """Of the money in it, ISO 4217."""

    @property
    def value(self) -> Decimal | None:
        """The quotient; ``None`` where it is not known, or there is nothing to divide by."""
        return None if self.over is None or not self.under else self.over / self.under


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure that can be computed of every period."""

    name: str
    unit: Unit
    formula: str
    of: Callable[[Counts, Prices | None], tuple[Figure, ...]]
    by_currency: bool = False
    """One figure for each currency that people owe or pay in, and not just one."""


KPIS: Final[list[Kpi]] = []
"""All of them, in the order in which they are told."""


def _kpi(name: str, unit: Unit = "%") -> Callable[[Callable[[Counts, Prices | None], Figure]], object]:
    def keep(figure: Callable[[Counts, Prices | None], Figure]) -> object:
        KPIS.append(Kpi(name, unit, _formula(figure), lambda counts, prices: (figure(counts, prices),)))
        return figure

    return keep


def _kpi_of_money(name: str, unit: Unit = "%") -> Callable[[Callable[[Counts], Iterable[Figure]]], object]:
    def keep(by_currency: Callable[[Counts], Iterable[Figure]]) -> object:
        KPIS.append(
            Kpi(name, unit, _formula(by_currency), lambda counts, _: tuple(by_currency(counts)), True)
        )
        return by_currency

    return keep


def _formula(figure: Callable[..., object]) -> str:
    assert figure.__doc__, "the formula is the docstring"
    return " ".join(figure.__doc__.split())


def _of(over: Number | None, under: Number | None = 1, currency: str = "") -> Figure:
    return Figure(
        None if over is None else Decimal(str(over)),
        None if under is None else Decimal(str(under)),
        currency,
    )


def _currencies(*sums: Money) -> list[str]:
    return sorted(set().union(*sums))


_NOT_KNOWN: Final = Figure(None, None)


@_kpi("Connect rate")
def connect_rate(counts: Counts, _: Prices | None) -> Figure:
    """answered, by people or machines / attempts"""
    return _of(counts.answered, counts.attempts)


@_kpi("Human contact rate")
def human_contact_rate(counts: Counts, _: Prices | None) -> Figure:
    """answered by a person / attempts"""
    return _of(counts.humans, counts.attempts)


@_kpi("RPC rate of attempts")
def rpc_rate(counts: Counts, _: Prices | None) -> Figure:
    """verified right-party contacts / attempts"""
    return _of(counts.contacts, counts.attempts)


@_kpi("RPC rate of human contacts")
def rpc_rate_of_humans(counts: Counts, _: Prices | None) -> Figure:
    """verified right-party contacts / answered by a person"""
    return _of(counts.contacts, counts.humans)


@_kpi("Contactability of accounts")
def contactability(counts: Counts, _: Prices | None) -> Figure:
    """accounts with a right-party contact / accounts attempted"""
    return _of(counts.useful, counts.attempted)


@_kpi("Contactability of attempts")
def contactability_of_attempts(counts: Counts, _: Prices | None) -> Figure:
    """right-party contacts / attempts, as some vendors define contactability"""
    return _of(counts.contacts, counts.attempts)


@_kpi("Penetration")
def penetration(counts: Counts, _: Prices | None) -> Figure:
    """accounts attempted / accounts loaded"""
    return _of(counts.attempted, counts.loaded)


@_kpi("Intensity", "")
def intensity(counts: Counts, _: Prices | None) -> Figure:
    """attempts / accounts attempted"""
    return _of(counts.attempts, counts.attempted)


@_kpi("Cost per useful contact", "money")
def cost_per_contact(counts: Counts, prices: Prices | None) -> Figure:
    """(attempts x price + connected minutes x price + people's calls x price + price of the period)
    / right-party contacts"""
    if prices is None:
        return _NOT_KNOWN
    minutes = Decimal(str(counts.connected_seconds)) / 60
    calls = counts.attempts * prices.attempt + minutes * prices.minute + counts.bridged * prices.transfer
    return _of(calls + prices.period, counts.contacts, prices.currency)


@_kpi("Promise rate")
def promise_rate(counts: Counts, _: Prices | None) -> Figure:
    """contacts with a promise that counts / right-party contacts"""
    return _of(counts.promises, counts.contacts)


@_kpi("Promises per bot hour", "")
def promises_per_bot_hour(counts: Counts, _: Prices | None) -> Figure:
    """contacts with a promise that counts / hours in which the bot talked with people"""
    return _of(counts.promises, counts.bot_seconds / 3600)


@_kpi("Promises per agent hour", "")
def promises_per_agent_hour(counts: Counts, _: Prices | None) -> Figure:
    """promises of calls that people took / hours for which they were logged in (the queue's data)"""
    return _NOT_KNOWN


@_kpi("Kept rate")
def kept_rate(counts: Counts, _: Prices | None) -> Figure:
    """promises kept / promises kept, partly kept or broken"""
    return _of(counts.kept, counts.due)


@_kpi_of_money("Kept amount rate")
def kept_amount_rate(counts: Counts) -> Iterable[Figure]:
    """money paid on promises kept, partly kept or broken / money promised in them"""
    for currency in _currencies(counts.due_amount):
        yield _of(counts.kept_amount.get(currency, 0), counts.due_amount[currency], currency)


@_kpi_of_money("Collected per contact", "money")
def collected_per_contact(counts: Counts) -> Iterable[Figure]:
    """paid within 7 days after a right-party contact / right-party contacts about debts in that currency"""
    for currency in _currencies(counts.attributed, counts.balance):
        yield _of(counts.attributed.get(currency, 0), counts.contacts_by_currency[currency], currency)


@_kpi_of_money("Liquidation")
def liquidation(counts: Counts) -> Iterable[Figure]:
    """paid / assigned balance, which is what is owed now and what was paid in the period"""
    for currency in _currencies(counts.paid, counts.balance):
        paid, owed = counts.paid.get(currency, Decimal(0)), counts.balance.get(currency)
        yield _of(paid, None if owed is None else owed + paid, currency)


@_kpi("AHT of the bot", "s")
def handle_time(counts: Counts, _: Prices | None) -> Figure:
    """connected seconds with people / answered by a person"""
    return _of(counts.bot_seconds, counts.humans)


@_kpi("Containment")
def containment(counts: Counts, _: Prices | None) -> Figure:
    """conversations that the bot ended with an outcome, without a transfer and without another one within
    7 days / answered by a person"""
    return _of(counts.contained, counts.humans)


@_kpi("FCR")
def first_contact_resolution(counts: Counts, _: Prices | None) -> Figure:
    """requests without another one of the same account and kind within 7 days / requests"""
    return _of(counts.issues_once, counts.issues)


@_kpi("Transfer rate")
def transfer_rate(counts: Counts, _: Prices | None) -> Figure:
    """calls that were to go on to a person / right-party contacts"""
    return _of(counts.transfers, counts.contacts)


@_kpi("Transfer success")
def transfer_success(counts: Counts, _: Prices | None) -> Figure:
    """hand-offs that a person took / hand-offs tried"""
    return _of(counts.bridged, counts.hand_offs) if counts.journals else _NOT_KNOWN


@_kpi("Abandon rate outbound")
def abandon_rate(counts: Counts, _: Prices | None) -> Figure:
    """people who answered and heard nothing for 2 seconds / answered by a person, in the 30 days to the last
    of the period"""
    return _of(counts.recent_abandoned, counts.recent_humans)


@_kpi("Abandon rate of the queue")
def queue_abandon_rate(counts: Counts, _: Prices | None) -> Figure:
    """hand-offs that nobody took / hand-offs tried"""
    return _of(counts.hand_offs - counts.bridged, counts.hand_offs) if counts.journals else _NOT_KNOWN


@_kpi("ASA", "s")
def speed_of_answer(counts: Counts, _: Prices | None) -> Figure:
    """seconds waited for a person by those who got one / hand-offs that a person took"""
    return _of(counts.waited, counts.bridged) if counts.journals else _NOT_KNOWN


@_kpi("Service level")
def service_level(counts: Counts, _: Prices | None) -> Figure:
    """hand-offs that a person took within 20 seconds / hand-offs tried"""
    return _of(counts.soon, counts.hand_offs) if counts.journals else _NOT_KNOWN


@_kpi("Occupancy")
def occupancy(counts: Counts, _: Prices | None) -> Figure:
    """(talk + hold + after-call work) / (talk + hold + after-call work + ready) (the queue's data)"""
    return _NOT_KNOWN


@_kpi("Adherence")
def adherence(counts: Counts, _: Prices | None) -> Figure:
    """time in the scheduled state / scheduled time (the queue's data)"""
    return _NOT_KNOWN


@_kpi("Sentiment", "")
def sentiment(counts: Counts, _: Prices | None) -> Figure:
    """mean of the scores of turns from -1 to 1 (turns have none yet)"""
    return _NOT_KNOWN


@_kpi("Compliance")
def compliance(counts: Counts, _: Prices | None) -> Figure:
    """calls in which every point of the checklist was met / calls (calls are not checked one by one yet)"""
    return _NOT_KNOWN


@_kpi("Opt-out latency", "ms")
def opt_out_latency(counts: Counts, _: Prices | None) -> Figure:
    """milliseconds from the end of the words that want no more calls until that is on disk / such wishes put
    on disk in calls"""
    return _of(counts.opt_out_seconds * 1000, counts.opt_outs) if counts.journals else _NOT_KNOWN


@_kpi("No-match rate")
def no_match_rate(counts: Counts, _: Prices | None) -> Figure:
    """utterances that were not understood / utterances"""
    return _of(counts.no_matches, counts.utterances)


@_kpi("Barge-in rate")
def barge_in_rate(counts: Counts, _: Prices | None) -> Figure:
    """prompts that were spoken over / prompts"""
    return _of(counts.barge_ins, counts.prompts)


@_kpi("Reply gap, median", "ms")
def median_gap(counts: Counts, _: Prices | None) -> Figure:
    """the gap from the caller's last word to the bot's first sound that half of the replies stay within"""
    return _of(_gap(counts, Decimal("0.5")))


@_kpi("Reply gap, p95", "ms")
def p95_gap(counts: Counts, _: Prices | None) -> Figure:
    """the gap that 95 % of the replies stay within"""
    return _of(_gap(counts, Decimal("0.95")))


@_kpi("STT confidence", "")
def stt_confidence(counts: Counts, _: Prices | None) -> Figure:
    """the recogniser's confidence from 0 to 1, summed over utterances / utterances"""
    return _of(counts.confidence, counts.utterances)


def figures(counts: Counts, prices: Prices | None = None) -> dict[str, tuple[Figure, ...]]:
    """Every KPI of a period, by name: one figure, or one for each currency."""
    return {kpi.name: kpi.of(counts, prices) or (_NOT_KNOWN,) for kpi in KPIS}


def _gap(counts: Counts, share: Decimal) -> int | None:
    replies = sum(counts.gaps.values())
    heard = 0
    for gap in sorted(counts.gaps):
        heard += counts.gaps[gap]
        if heard >= share * replies:
            return gap
    return None
