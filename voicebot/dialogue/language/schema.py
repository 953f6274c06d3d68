"""The language of flows as JSON Schema, so that an editor completes, explains and underlines. Pure.

The types of ``flow`` and ``script`` are the one source: short forms are declared beside their validators,
and descriptions are the docstrings of the attributes. What only lint and the proofs can see stays theirs.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from voicebot.dialogue.checking.script import Script
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name, Names, Part, StateName
from voicebot.dialogue.language.rules import CountryRules
from voicebot.dialogue.language.states import TELLING_KEYS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


OneOrManyFiles = str | list[str]


class Call(Part):
    """Goes into a sub-flow, and on by what it returns."""

    call: str
    """The file of the sub-flow, beside or below this one."""
    then: dict[Name, StateName]
    """The state to go to for each word that it returns."""


class Include(Part):
    """What a file takes from others."""

    include: OneOrManyFiles
    """Files whose sections this one takes over, and what it says itself lies over them."""


class Subflow(Part):
    """What a sub-flow says besides its facts, slots and states."""

    returns: Names
    """The words by which it goes back to who called it: `return verified`."""


def flow_schema() -> dict[str, Any]:
    """The schema of ``NAME.yaml``: a flow, with files that it includes and sub-flows that it calls."""
    schema = _schema(Flow, "A flow of voicebot")
    needed = schema.pop("required")
    return _with_includes(schema) | {
        "required": ["id"],
        "if": {"not": {"required": ["include"]}},
        "then": {"required": needed},
    }


def part_schema() -> dict[str, Any]:
    """The schema of a file that flows include or call: any section, and what a sub-flow returns."""
    schema = _with_includes(_schema(Flow, "A part of flows of voicebot"))
    schema["properties"] |= _properties(Subflow)
    del schema["required"], schema["properties"]["id"]
    del schema["$defs"]["Messages"]["required"]  # the flow has the others
    return schema


def script_schema() -> dict[str, Any]:
    """The schema of ``NAME.test.yaml``; one that others include has the day and the facts of those."""
    return _schema(Script, "Conversations that a flow of voicebot must hold") | {"required": ["tests"]}


def rules_schema() -> dict[str, Any]:
    """The schema of ``rules/COUNTRY.yaml``."""
    schema = _with_includes(_schema(CountryRules, "What a country forbids and requires"))
    return schema | {"required": ["country", "name"]}


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_ForEditors)
    return {"$schema": DIALECT, **_in_markdown(schema), "title": title}


def _with_includes(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"properties": {"include": _properties(Include)["include"], **schema["properties"]}}


def _properties(model: type[BaseModel]) -> dict[str, Any]:
    properties: dict[str, Any] = _in_markdown(model.model_json_schema(schema_generator=_ForEditors))[
        "properties"
    ]
    return properties


def _in_markdown(told: Any) -> Any:
    """Descriptions as editors show them: `code`, and no line breaks of ours."""
    match told:
        case dict():
            plain = {key: _in_markdown(value) for key, value in told.items()}
            words = plain.get("description")
            return plain | {"description": _one_line(words)} if isinstance(words, str) else plain
        case list():
            return [_in_markdown(one) for one in told]
        case _:
            return told


def _one_line(words: str) -> str:
    return " ".join(words.split()).replace("``", "`")


class _ForEditors(GenerateJsonSchema):
    """What pydantic makes of our types, with the kind of a state told by its key, as ``flow`` does."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # it would say what the key says

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])  # a key with nothing behind it is left out instead

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        told = super().default_schema(schema)
        return {key: value for key, value in told.items() if key != "default" or value}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        told = super().dict_schema(schema)
        if "patternProperties" in told:
            return {**told, "additionalProperties": False}
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        return {**told, "propertyNames": keys} if {"anyOf", "$ref"} & keys.keys() else told

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return self.float_schema(core_schema.float_schema())  # text in quotes is no amount

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        kinds = {tag: self.generate_inner(choice) for tag, choice in schema["choices"].items()}
        told = kinds["Ask"]
        for key, tag in reversed(TELLING_KEYS.items()):
            told = {"if": {"required": [key]}, "then": kinds[tag], "else": told}
        call = self.generate_inner(Call.__pydantic_core_schema__)
        return {"type": "object", "if": {"required": ["call"]}, "then": call, "else": told}
