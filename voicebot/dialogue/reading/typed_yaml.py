"""YAML as our types, and everything in it that does not fit them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from voicebot.contact.rules import ContactRules, Holidays, Hours, Limit, Pause, Regional, Zones
from voicebot.dialogue.checking.script import Scene, Scenes, Script, Step
from voicebot.dialogue.language import states
from voicebot.dialogue.language.flow import Fact, Flow, Messages, Slot
from voicebot.dialogue.language.problems import Fault, FlowProblem, Path, UnusableFlow, did_you_mean
from voicebot.dialogue.language.rules import CountryRules, Requirement, Rule
from voicebot.dialogue.language.states import TELLING_KEYS, Ask, Option, Promise
from voicebot.dialogue.reading.files import Source, told
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.reading.subflow import CALL_KEYS

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

_STATE_KINDS: dict[str, type[BaseModel]] = {
    name: getattr(states, name) for name in {*TELLING_KEYS.values(), "Ask"}
}
_PLACES = _STATE_KINDS | {
    "facts": Fact,
    "slots": Slot,
    "messages": Messages,
    "record_promise": Promise,
    "choose": Option,
    "tests": Scene,
    "steps": Step,
    "rules": Rule,
    "notices": Requirement,
    "contact": ContactRules,
    "hours": Hours,
    "holidays": Holidays,
    "limits": Limit,
    "pauses": Pause,
    "regions": Regional,
    "zones": Zones,
}
"""What a piece of YAML is, by the key above it or by the kind of state that pydantic names."""


_A_WHOLE: dict[type[BaseModel], str] = {
    Flow: "a flow",
    Script: "a test file",
    Scenes: "conversations to share",
    CountryRules: "a rules file",
}
_A_NAME = "name: use small letters, digits and underscores"
_NEEDED = {
    "^[A-Z]{2}$": "country: write ISO 3166's two capital letters, such as US or CL",
    "^[A-Z]{3}$": "currency: write ISO 4217's three capital letters, such as CLP",
    "^[0-9]$": "key: write one digit in quotes, such as '1'",
}


def read_as(model: type[M], source: Source) -> M:
    """The document as one of our types.

    Raises:
        UnusableFlow: everything that does not fit, or is written wrongly.
    """
    problems = {told(at, message) for at, message in source.document.mistakes}
    try:
        read = model.model_validate(source.document.data)
    except ValidationError as fault:
        problems |= {_problem(error, model, source) for error in _causes(fault.errors())}
    if problems:
        raise UnusableFlow(problems)
    return read


def _causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without a list that is called too short only because what stands in it was refused."""
    refused = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(loc[: len(error["loc"])] == error["loc"] != loc for loc in refused)
    ]


def _problem(error: ErrorDetails, model: type[BaseModel], source: Source) -> FlowProblem:
    path = _written(error["loc"], source.document)
    about_key = error["type"] == "extra_forbidden" or "[key]" in error["loc"]
    return source.problem(Fault(path, in_words(error, model)), key=about_key or error["type"] == "missing")


def _written(loc: Path, document: Document) -> Path:
    """pydantic's location without what it adds: kinds of states and marks of keys."""
    path: Path = ()
    for step in loc:
        if (*path, step) in document.values:
            path = (*path, step)
    return path


def in_words(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong, to whoever wrote it, and what may stand there instead."""
    word, loc = str(error["loc"][-1]) if error["loc"] else "", error["loc"]
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key {word!r}{did_you_mean(word, _keys_at(loc[:-1], model))}"
        case "missing" if _STATE_KINDS.get(str(loc[-2] if len(loc) > 1 else "")) is Ask and word == "give_up":
            return (
                f"a state needs 'give_up' if it asks, else one of {', '.join((*TELLING_KEYS, CALL_KEYS[0]))}"
            )
        case "missing":
            return f"{word!r} is missing here"
        case "enum":
            choices = str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
            return f"{error['input']!r} is not known{did_you_mean(str(error['input']), choices.split(', '))}"
        case "model_type" if not loc:
            whole = _A_WHOLE.get(model, "this file")
            return f"{whole} is a mapping that begins with `{next(iter(model.model_fields))}:`"
        case "tuple_type" | "list_type":
            return "a list is needed here, such as [a, b]"
        case "model_type" | "dict_type":
            return "a mapping is needed here, such as {key: value}"
        case "string_pattern_mismatch":
            pattern = str(error.get("ctx", {}).get("pattern"))
            return f"{error['input']!r} is no {_NEEDED.get(pattern, _A_NAME)}"
        case "value_error":
            return str(error.get("ctx", {}).get("error"))
        case "string_type" if error["input"] is None:
            return "there is nothing written here; a text that begins with # needs quotes"
        case _:
            return _misread(error)


def _misread(error: ErrorDetails) -> str:
    """A value of another kind than is needed, in words of YAML's."""
    written = error["input"]
    match error["type"]:
        case "string_type" if isinstance(written, bool):
            return f"{str(written).lower()} is a value to YAML: put the word in quotes"
        case "string_type" if isinstance(written, int | Decimal):
            return f"{written} is a number to YAML: put it in quotes to make it text"
        case "bool_parsing" | "bool_type":
            return f"write true or false, not {written!r}"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"a whole number is needed here, not {_shown(written)}"
        case "float_parsing" | "float_type" | "decimal_parsing" | "decimal_type":
            return f"a number is needed here, not {_shown(written)}"
        case "less_than_equal":
            return f"{error['ctx']['le']:g} at most is possible here"
        case "greater_than_equal":
            return f"{error['ctx']['ge']:g} at least is needed here"
        case "too_short":
            return "at least one is needed here"
        case _:
            return f"{error['msg'][0].lower()}{error['msg'][1:]}"


def _shown(written: object) -> str:
    return str(written) if isinstance(written, Decimal) else repr(written)


def _keys_at(loc: Path, model: type[BaseModel]) -> list[str]:
    """The keys that may be written at ``loc``."""
    known = (_PLACES[str(step)] for step in reversed(loc) if str(step) in _PLACES)
    place = _part_at(loc, model) or next(known, model)
    return [*place.model_fields, *(TELLING_KEYS if place is Ask else ())]


def _part_at(loc: Path, model: type[BaseModel]) -> type[BaseModel] | None:
    """The part that ``model`` itself declares at ``loc``; ``None`` where it does not tell."""
    part: type[BaseModel] = model
    for step in loc:
        if isinstance(step, int):
            continue
        field = part.model_fields.get(step)
        parts = [kind for kind in _kinds(field.annotation) if issubclass(kind, BaseModel)] if field else []
        if len(parts) != 1:
            return None
        part = parts[0]
    return part


def _kinds(annotation: object) -> Iterator[type]:
    """The classes that stand in an annotation, such as ``Part`` in ``tuple[Part, ...] | None``."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds(argument)
