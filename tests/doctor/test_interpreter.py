from __future__ import annotations

import pytest

from tests.fakes.chat_endpoint import Answer, ChatEndpoint, says
from tests.fakes.http_endpoint import gives, http
from voicebot.doctor.checks import CHECKS
from voicebot.doctor.examination import examine
from voicebot.doctor.interpreter import check_interpreter, judge_interpreter
from voicebot.doctor.verdict import Outcome, Verdict
from voicebot.interpreter.settings import InterpreterSettings, UnderstandingSettings
from voicebot.settings import Settings

CHECK = next(check for check in CHECKS if check.name == "interpreter")
HERE = InterpreterSettings(base_url="http://127.0.0.1:8080/v1", model="small")


async def verdict(answer: Answer) -> Verdict:
    async with ChatEndpoint(answer).open() as endpoint:
        understanding = UnderstandingSettings(interpreter=endpoint.settings())
        (result,) = await examine([CHECK], Settings(understanding=understanding))
    return result.verdict


async def test_without_an_interpreter_there_is_nothing_to_look_at() -> None:
    assert (await check_interpreter(Settings())).outcome is Outcome.SKIPPED


async def test_an_interpreter_that_answers_is_well() -> None:
    assert (await verdict(says({"intent": "human"}))).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (gives(http(401, "{}")), "it answers with status 401"),
        (gives(http(200, "{}")), "its answer is no chat completion"),
        (says("A person, surely."), "the answer is not the JSON that was asked for"),
    ],
)
async def test_an_interpreter_that_does_not_fails_with_what_to_do(answer: Answer, finding: str) -> None:
    found = await verdict(answer)
    assert (found.outcome, found.finding) == (Outcome.FAILS, finding)
    assert "VOICEBOT_INTERPRETER_KEY" in found.advice


def test_one_that_is_too_slow_for_calls_is_worth_a_look() -> None:
    found = judge_interpreter(HERE, 1.234)
    assert (found.outcome, found.finding) == (
        Outcome.WARNING,
        "small answers in 1.23 s; calls wait 0.8 s",
    )


@pytest.mark.parametrize("base_url", ["http://localhost:8080/v1", "http://[::1]:8080/v1", HERE.base_url])
def test_words_that_stay_on_this_machine_are_not_worth_a_word(base_url: str) -> None:
    here = HERE.model_copy(update={"base_url": base_url})
    assert judge_interpreter(here, 0.1).finding == "small answers in 0.10 s"


def test_words_that_leave_this_machine_are_told_with_where_they_go() -> None:
    away = HERE.model_copy(update={"base_url": "https://llm.example.com/v1"})
    assert "what callers say goes to llm.example.com" in judge_interpreter(away, 0.1).finding
