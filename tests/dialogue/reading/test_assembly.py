"""Flows put together from several files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.reading.test_loader import problems_if_any
from tests.dialogue.small import BROKEN, SMALL
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.assembly import DEEPEST, Unavailable, assemble
from voicebot.dialogue.reading.loader import load_flow, read_flow
from voicebot.dialogue.reading.located_yaml import Document, read_yaml
from voicebot.dialogue.reading.yaml_traps import Position

ASKS = """
returns: [done, refused]
start: first
states:
  first: {say: {en: "One."}, then: second}
  second:
    say: {en: "Two?"}
    on: {yes: return done, no: first}
    give_up: return refused
"""


def put_together(**files: str) -> Document:
    """``top.yaml`` with the other files beside it."""

    def read(file: str) -> Document:
        if file.removesuffix(".yaml") not in files:
            raise Unavailable("cannot be read")
        return read_yaml(files[file.removesuffix(".yaml")], file)

    return assemble("top.yaml", read)


def lost(**files: str) -> list[str]:
    """Why a flow cannot be put together."""
    with pytest.raises(UnusableFlow) as unusable:
        put_together(**files)
    return [str(problem) for problem in unusable.value.problems]


def states(document: Document) -> dict[str, Any]:
    return dict(document.data["states"])


# What is included


def test_entries_of_both_files_are_there_and_ones_own_go_over_included_ones() -> None:
    flow = put_together(
        top="include: base.yaml\nkeys: {'2': b}\nstart: own",
        base="keys: {'1': a, '2': z}\nstart: theirs\nlanguages: [en]",
    )
    assert flow.data == {"keys": {"1": "a", "2": "b"}, "start": "own", "languages": ["en"]}


def test_state_is_replaced_whole() -> None:
    flow = put_together(
        top="include: base.yaml\nstates: {bye: {conclude: DNC}}",
        base="states: {bye: {say: {en: Bye.}, then: x}}",
    )
    assert states(flow) == {"bye": {"conclude": "DNC"}}


def test_included_lines_come_first_and_stay_there_when_they_are_said_anew() -> None:
    flow = put_together(
        top="include: [one.yaml, two.yaml]\nanywhere: {human: d, stop_calling: e}",
        one="anywhere: {stop_calling: a}",
        two="anywhere: {deceased: b}",
    )
    assert list(flow.data["anywhere"].items()) == [("stop_calling", "e"), ("deceased", "b"), ("human", "d")]


def test_everything_keeps_its_place() -> None:
    flow = put_together(top="include: base.yaml\nkeys:\n  '2': b", base="keys:\n  '1': a\n  '2': z")
    assert flow.where(("keys", "1")) == Position(2, 8, "base.yaml")
    assert flow.where(("keys", "2")) == Position(3, 8, "top.yaml")
    assert flow.where(("keys", "1"), key=True) == Position(2, 3, "base.yaml")


def test_files_that_include_the_same_file_do_not_differ() -> None:
    flow = put_together(
        top="include: [one.yaml, two.yaml]",
        one="include: base.yaml\nkeys: {'1': a}",
        two="include: base.yaml",
        base="keys: {'0': z}",
    )
    assert flow.mistakes == []
    assert flow.data["keys"] == {"0": "z", "1": "a"}


def test_difference_of_included_files_is_settled_by_who_includes_them() -> None:
    one, two = "keys: {'1': a}", "keys: {'1': b}"
    assert len(put_together(top="include: [one.yaml, two.yaml]", one=one, two=two).mistakes) == 1
    settled = put_together(top="include: [one.yaml, two.yaml]\nkeys: {'1': c}", one=one, two=two)
    assert settled.mistakes == []


def test_whole_flow_may_be_included_to_vary_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    kinder = (
        'include: small.yaml\nid: kinder\nstates: {bored: {say: {en: "Take care."}, conclude: RPC_INFORMED}}'
    )
    (tmp_path / "kinder.yaml").write_text(kinder, encoding="utf-8")
    small, flow = load_flow(tmp_path / "small.yaml"), load_flow(tmp_path / "kinder.yaml")
    assert (flow.id, flow.states.keys()) == ("kinder", small.states.keys())
    assert flow.version != small.version


def test_all_that_is_missing_is_told_at_once() -> None:
    assert lost(top="include: [one.yaml, two.yaml]\nstates: {a: {call: three.yaml, then: {b: c}}}") == [
        "top.yaml:1:11: one.yaml: cannot be read",
        "top.yaml:1:21: two.yaml: cannot be read",
        "top.yaml:2:20: three.yaml: cannot be read",
    ]


def test_files_are_only_so_deep() -> None:
    files = {f"f{depth}": f"include: f{depth + 1}.yaml" for depth in range(DEEPEST + 1)}
    [problem] = lost(top="include: f0.yaml", **files)
    assert "more than 8 files inside one another: top.yaml -> f0.yaml -> " in problem


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("keys: {'1': human}", encoding="utf-8")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    flow = tmp_path / "flows" / "flow.yaml"
    flow.write_text("include: link.yaml\n", encoding="utf-8")
    with pytest.raises(UnusableFlow, match=r"flow.yaml:1:10: link.yaml: lies outside of .*flows$"):
        read_flow(flow)


# What is called


def test_call_becomes_the_states_of_the_subflow() -> None:
    top = "states:\n  ask: {call: asks.yaml, then: {done: bye, refused: ask}}\n  bye: {conclude: DNC}"
    assert states(put_together(top=top, asks=ASKS)) == {
        "ask": {"set": {}, "then": "ask.first"},
        "ask.first": {"say": {"en": "One."}, "then": "ask.second"},
        "ask.second": {
            "say": {"en": "Two?"},
            "on": {"yes": "bye", "no": "ask.first"},
            "give_up": "ask",
        },
        "bye": {"conclude": "DNC"},
    }


def test_states_of_a_call_keep_their_place_and_what_they_return_has_the_place_of_the_call() -> None:
    flow = put_together(top="states:\n  ask: {call: asks.yaml, then: {done: a, refused: b}}", asks=ASKS)
    assert flow.where(("states", "ask")) == Position(2, 8, "top.yaml")
    assert flow.where(("states", "ask.second", "say", "en")) == Position(7, 15, "asks.yaml")
    assert flow.where(("states", "ask.second", "on", "yes")) == Position(2, 39, "top.yaml")


def test_subflow_may_be_called_twice_and_by_another() -> None:
    flow = put_together(
        top="states: {a: {call: two.yaml, then: {ok: x}}, b: {call: asks.yaml, then: {done: x, refused: x}}}",
        two="returns: ok\nstart: in\nstates: {in: {call: asks.yaml, then: {done: return ok, refused: in}}}",
        asks=ASKS,
    )
    assert list(states(flow)) == ["a", "a.in", "a.in.first", "a.in.second", "b", "b.first", "b.second"]
    assert states(flow)["a.in"] == {"set": {}, "then": "a.in.first"}
    assert states(flow)["a.in.second"]["on"] == {"yes": "x", "no": "a.in.first"}
    assert flow.mistakes == []


def test_every_kind_of_way_leads_on_inside_of_the_call() -> None:
    options = "[{when: name is known, then: b}, {when: name is not known, then: return ok}]"
    flow = put_together(
        top="states: {c: {call: two.yaml, then: {ok: x}}}",
        two=f"returns: ok\nstart: a\nstates:\n  a: {{choose: {options}, otherwise: a}}\n"
        "  b: {set: {n: name}, then: return ok}",
    )
    assert [option["then"] for option in states(flow)["c.a"]["choose"]] == ["c.b", "x"]
    assert states(flow)["c.a"]["otherwise"] == "c.a"
    assert states(flow)["c.b"] == {"set": {"n": "name"}, "then": "x"}


def test_way_back_to_the_question_stays_one_inside_of_a_call() -> None:
    flow = put_together(
        top="states: {c: {call: two.yaml, then: {told: back}}}",
        two="returns: told\nstart: a\nstates: {a: {set: {}, then: back}, b: {set: {}, then: return told}}",
    )
    assert states(flow)["c.a"]["then"] == states(flow)["c.b"]["then"] == "back"


def test_call_in_an_included_file_is_looked_for_beside_that_file(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "asks.yaml").write_text(ASKS, encoding="utf-8")
    calls = "states:\n  ask: {call: asks.yaml, then: {done: bye, refused: bye}}"
    (tmp_path / "parts" / "calls.yaml").write_text(calls, encoding="utf-8")
    flow = tmp_path / "flow.yaml"
    flow.write_text("include: parts/calls.yaml\n", encoding="utf-8")
    with pytest.raises(UnusableFlow) as unusable:
        read_flow(flow)
    assert "cannot be read" not in str(unusable.value)


def test_declarations_of_a_subflow_are_added_and_bounds_are_the_flows_own() -> None:
    flow = put_together(
        top="slots: {day: {kind: date, latest: today}}\n"
        "states: {a: {call: asks.yaml, then: {done: x, refused: x}}}",
        asks=ASKS + "slots: {day: date}\nfacts: {name: text}",
    )
    assert flow.data["slots"] == {"day": {"kind": "date", "latest": "today"}}
    assert flow.data["facts"] == {"name": "text"}
    assert flow.mistakes == []


def test_calls_do_not_multiply_beyond_what_a_conversation_needs() -> None:
    tens = "returns: done\nstart: s0\nstates:\n" + "".join(
        f"  s{number}: {{call: NEXT, then: {{done: return done}}}}\n" for number in range(10)
    )
    files = {f"f{depth}": tens.replace("NEXT", f"f{depth + 1}.yaml") for depth in range(5)}
    top = "states: {a: {call: f0.yaml, then: {done: a}}}"
    leaf = "returns: done\nstart: s\nstates: {s: {say: {en: Hm.}, then: return done}}"
    assert any("more than 2,000 states" in problem for problem in lost(top=top, **files, f5=leaf))


def test_version_covers_every_file(tmp_path: Path) -> None:
    flow = tmp_path / "flow.yaml"
    flow.write_text("include: small.yaml", encoding="utf-8")
    versions = set()
    for words in ("Goodbye.", "Bye."):
        (tmp_path / "small.yaml").write_text(SMALL.replace("Goodbye.", words), encoding="utf-8")
        versions.add(load_flow(flow).version)
    assert len(versions) == 2


# Whatever is written


CALLER = """include: [small.yaml]
states:
  verify:
    call: identity.yaml
    then: {verified: amount, refused: nobody}
"""
IDENTITY = (BROKEN / "parts" / "identity.yaml").read_text(encoding="utf-8")
SCRAPS = st.sampled_from(
    [
        *(CALLER + IDENTITY).splitlines(),
        *(
            "",
            "- a",
            "returns: {a: b}",
            "returns: 3",
            "start: [a]",
            "states: [a]",
            "states:",
            "then: return x",
        ),
        *("  verify: {call: [], then: []}", "    call: {a: b}", "    then: {1: [2]}", "include: {a: b}"),
        *("include: [[small.yaml]]", "include:", "  ask_digits: return verified", "facts: [last4]", "slots:"),
        *(
            "    right: return verify.ask",
            "    call: '\\0'",
            '    call: "\\0"',
            "    on: {no: return refused}",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12), SCRAPS), min_size=1, max_size=4))
def test_any_mangled_files_are_sound_or_explained(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[bool, int, str]]
) -> None:
    files = {True: CALLER.splitlines(), False: IDENTITY.splitlines()}
    for which, number, scrap in edits:
        files[which][number % len(files[which])] = scrap
    folder = tmp_path_factory.getbasetemp() / "mangled_files"
    folder.mkdir(exist_ok=True)
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "identity.yaml").write_text("\n".join(files[False]), encoding="utf-8")
    (folder / "flow.yaml").write_text("\n".join(files[True]), encoding="utf-8")
    assert all(Path(problem.file).exists() for problem in problems_if_any(folder / "flow.yaml"))
