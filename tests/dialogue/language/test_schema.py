"""What editors are told of flows is what the loader takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.dialogue.small import SMALL
from voicebot.dialogue.language.schema import flow_schema, part_schema, rules_schema, script_schema
from voicebot.dialogue.reading.located_yaml import read_yaml

FLOWS = Path(__file__).parents[3] / "flows"
SHIPPED = [path.name for path in sorted(FLOWS.glob("*.yaml")) if not path.name.endswith(".test.yaml")]


@cache
def flows() -> Draft202012Validator:
    Draft202012Validator.check_schema(flow_schema())
    return Draft202012Validator(flow_schema())


def underlined(text: str) -> list[str]:
    """What an editor underlines in a flow, as paths."""
    found = flows().iter_errors(read_yaml(text).data)
    return [".".join(map(str, error.absolute_path)) for error in found]


@pytest.mark.parametrize("name", SHIPPED)
def test_flows_that_ship_are_valid(name: str) -> None:
    assert underlined((FLOWS / name).read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(FLOWS.rglob("*.test.yaml")), ids=lambda path: path.name)
def test_their_conversations_are_valid(path: Path) -> None:
    Draft202012Validator.check_schema(script_schema())
    test = read_yaml(path.read_text("utf-8"))
    assert list(Draft202012Validator(script_schema()).iter_errors(test.data)) == []


@pytest.mark.parametrize(
    ("folder", "schema"), [("parts", part_schema), ("rules", rules_schema)], ids=["parts", "rules"]
)
def test_their_parts_and_rules_are_valid(folder: str, schema: Callable[[], dict[str, Any]]) -> None:
    Draft202012Validator.check_schema(schema())
    for path in (FLOWS / folder).glob("*.yaml"):
        if path.name != "words.yaml" and not path.match("*.test.yaml"):  # a part of rules, conversations
            written = read_yaml(path.read_text("utf-8")).data
            assert [error.message for error in Draft202012Validator(schema()).iter_errors(written)] == [], (
                path
            )


def test_what_is_included_need_not_be_written() -> None:
    start = SMALL.replace("start: greet\n", "")
    assert underlined(start) == [""]
    assert underlined(start + "include: parts/telephone.yaml\n") == []
    call = "  verify: {call: parts/identity.yaml, then: {verified: amount}}\n  bored:"
    assert underlined(start.replace("  bored:", call) + "include: [parts/telephone.yaml]\n") == []
    assert underlined(SMALL.replace("  bored:", "  ask: {call: parts/identity.yaml}\n  bored:")) == [
        "states.ask"
    ]


def test_short_forms_are_valid() -> None:
    assert underlined(SMALL) == []
    long_forms = SMALL.replace("also: pay_on", "also: [pay_on]").replace("name: text", "name: {kind: text}")
    assert underlined(long_forms.replace("languages: [en]", "languages: en")) == []
    assert underlined(SMALL.replace("max: balance", "max: 50% of balance")) == []
    assert underlined(SMALL.replace("tells: [automated, recorded]", "tells: automated")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "at"),
    [
        ("id: small", "id: Small", "id"),
        ("start: greet\n", "", ""),
        ("once_verified:", "once_verifed:", ""),
        ("kind: money", "kind: cash", "facts.balance"),
        ("name: text", "name: words", "facts.name"),
        ("conclude: DNC", "conclude: dnc", "states.opt_out.conclude"),
        ("expect: yes_no", "expect: yesno", "states.who.expect"),
        ("give_up: nobody", "giveup: nobody", "states.who"),
        ("tells: [automated, recorded]", "tells: [automatic]", "states.greet.tells"),
        ("interruptible: false", "interruptible: maybe", "states.greet.interruptible"),
        ('say: {en: "When?"}', "say: When?", "states.day.say"),
        ('say: {en: "When?"}', "say: {}", "states.day.say"),
        ('say: {en: "When?"}', "say: {english: When}", "states.day.say"),
        ("stop_calling: opt_out", "Stop calling: opt_out", "anywhere"),
        ('{"9": stop_calling}', '{"9": 9 stop}', "keys.9"),
        ("date: pay_on, ", "day: pay_on, ", "states.record.record_promise"),
        ("latest: today + 30 days", "latest: in 30 days", "slots.pay_on"),
        ("max: balance", "max: 12 dollars", "slots.amount"),
        ("  bored:", "  pick: {choose: [], otherwise: day}\n  bored:", "states.pick.choose"),
        ("  bored:", "  pick: {choose: [{then: day}], otherwise: day}\n  bored:", "states.pick.choose.0"),
        ("  opt_out: {", '  mute: {say: {en: "Oh."}}\n  opt_out: {', "states.mute"),
        ("  greet:", "  Greet:", "states"),
        ("right: amount", "right: [amount]", "states.verify.right"),
        ("messages:", "messages: []\nmassages:", "messages"),
    ],
)
def test_mistakes_are_underlined_where_they_stand(right: str, wrong: str, at: str) -> None:
    assert right in SMALL
    assert at in underlined(SMALL.replace(right, wrong, 1))


def test_every_key_is_explained() -> None:
    for schema in (flow_schema(), part_schema(), script_schema(), rules_schema()):
        assert [key for key, told in keys(schema) if not told.get("description")] == []
        assert not any("``" in str(told) for _, told in keys(schema))


def keys(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that may be written, and what is told of it."""
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
    for part in parts:
        yield from keys(part)


def test_text_may_be_written_in_several_tones() -> None:
    tones = 'en: {formal: "Is this {{ name }}?", friendly: "Hey?"}'
    toned = "tones: [formal, friendly]\n" + SMALL.replace('en: "Is this {{ name }}?"', tones)
    assert tones in toned
    assert underlined(toned) == []
    assert underlined(SMALL.replace('en: "Is this {{ name }}?"', "en: {formal: [1]}")) != []
