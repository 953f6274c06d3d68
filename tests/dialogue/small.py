"""A flow small enough to read at a glance, and ways to bend it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from typing import Any

from voicebot.dialogue.actions import Action, Conclude, Listen, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid, CallerSilent, DialogueEvent, KeysPressed
from voicebot.dialogue.flow import Flow
from voicebot.dialogue.located_yaml import read_yaml

MONDAY = date(2026, 11, 23)
FACTS = {"name": "Ana", "currency": "USD", "last4": "4321", "balance": "500.00"}

SMALL = """
id: small
languages: [en]
facts:
  name: text
  currency: text
  last4: {kind: digits, private: true}
  balance: {kind: money, private: true}
slots:
  amount:
    kind: money
    min: 1
    max: balance
    too_high: {en: "At most {{ limit | money }}. {{ again }}"}
  pay_on:
    kind: date
    earliest: today
    latest: today + 30 days
    too_low: {en: "That is past. {{ again }}"}
messages:
  no_input: {en: "Nothing heard. {{ again }}"}
  no_match: {en: "Not understood. {{ again }}"}
  hold_on: {en: "Take your time."}
keys: {"9": stop_calling}
anywhere: {stop_calling: opt_out, wrong_person: stranger}
once_verified: {human: human}
start: greet
states:
  greet:
    say: {en: "I am a machine and I record."}
    tells: [automated, recorded]
    interruptible: false
    then: who
  who:
    say: {en: "Is this {{ name }}?"}
    keypad: {en: "Press 1 or 2."}
    expect: yes_no
    on: {yes: verify, no: stranger}
    give_up: nobody
  verify:
    say: {en: "Your last four digits?"}
    keypad: {en: "Type them."}
    mismatch: {en: "Those are not yours. {{ again }}"}
    verify: last4
    right: amount
    wrong: nobody
    give_up: nobody
  amount:
    say: {en: "You owe {{ balance | money }}. How much can you pay?"}
    again: {en: "How much?"}
    keypad: {en: "Type how much."}
    collect: amount
    also: pay_on
    collected: day
    give_up: human
    when_silent: bored
  day:
    say: {en: "When?"}
    keypad: {en: "Type when."}
    collect: pay_on
    collected: read_back
    give_up: human
  read_back:
    say: {en: "{{ amount | money }} on {{ pay_on | date }}."}
    ask: {en: "Right?"}
    keypad: {en: "Press 1 or 2."}
    confirm: [amount, pay_on]
    yes: record
    no: amount
    give_up: human
  record:
    record_promise: {amount: amount, date: pay_on, of: balance}
    whole: all_noted
    part: part_noted
    failed: lost
  all_noted: {say: {en: "All noted."}, conclude: RPC_PROMISE}
  part_noted: {say: {en: "Part noted."}, conclude: RPC_PARTIAL_PROMISE}
  lost: {say: {en: "Not saved."}, conclude: RPC_CALLBACK}
  human:
    say: {en: "One moment."}
    hand_off: people
    summary: {en: "{{ name }} said: {{ last_words }}"}
    conclude: RPC_NEGOTIATE_XFER
    failed: lost
  bored: {say: {en: "Goodbye."}, conclude: RPC_INFORMED}
  stranger: {say: {en: "Sorry."}, conclude: WRONG_PARTY}
  nobody: {say: {en: "Goodbye."}, conclude: HUMAN_NO_RPC}
  opt_out: {say: {en: "No more calls."}, conclude: DNC}
"""


def small(changes: dict[str, Any] | None = None) -> Flow:
    """The small flow with ``changes`` merged in; ``None`` takes a key away."""
    data = read_yaml(SMALL).data
    _merge(data, changes or {})
    return Flow.model_validate(data)


def _merge(data: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            del data[key]
        elif isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        else:
            data[key] = deepcopy(value)


def call(*lines: str | DialogueEvent, flow: Flow | None = None) -> tuple[Conversation, list[Action]]:
    """A call in which ``lines`` happen, and what was done after the last of them."""
    conversation = Conversation(flow or small(), FACTS, language="en", today=MONDAY)
    actions = conversation.start()
    for line in lines:
        actions = conversation.handle(event(line))
    return conversation, actions


def event(line: str | DialogueEvent) -> DialogueEvent:
    """``"yes"`` is said, ``"#12"`` is typed, ``""`` is silence."""
    if not isinstance(line, str):
        return line
    if line.startswith("#"):
        return KeysPressed(line[1:])
    return CallerSaid(line) if line else CallerSilent()


def said(actions: Iterable[Action]) -> str:
    """What the caller hears."""
    return " ".join(action.text for action in actions if isinstance(action, Say))


def listening(actions: list[Action]) -> Listen:
    """What is waited for."""
    assert isinstance(actions[-1], Listen)
    return actions[-1]


def conclusions(actions: Iterable[Action]) -> list[Conclude]:
    """How often, and as what, the contact was concluded."""
    return [action for action in actions if isinstance(action, Conclude)]
