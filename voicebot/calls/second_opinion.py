"""What somebody else makes of words that mean nothing to us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from voicebot.calls.events import CallerInterpreted
from voicebot.calls.journal import Journal
from voicebot.calls.stations import Interpreter
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.understanding.interpretation import Asked, Interpretation, Reply

log = structlog.get_logger(__name__)


class SecondOpinion:
    """Asks the interpreter, where there is one, for as long as the caller is there to be answered."""

    def __init__(
        self,
        interpreter: Interpreter | None,
        conversation: Conversation,
        journal: Journal,
        *,
        now: Callable[[], float],
    ) -> None:
        """``now`` is the time of the journal."""
        self._interpreter = interpreter
        self._conversation = conversation
        self._journal = journal
        self._now = now
        self._caller_left = False
        self._asking: asyncio.Timeout | None = None

    def caller_left(self) -> None:
        """Ask no more, and wait for no answer: nobody is there to be answered."""
        self._caller_left = True
        if self._asking:
            self._asking.reschedule(asyncio.get_running_loop().time())

    async def on(self, text: str) -> Interpretation | None:
        """The meaning of ``text``; ``None`` where it is clear or moot, or nobody has an answer."""
        interpreter = None if self._caller_left else self._interpreter
        question = self._conversation.unclear(text) if interpreter else None
        if interpreter is None or question is None:
            return None
        began = asyncio.get_running_loop().time()
        reply = await self._while_caller_waits(interpreter.interpret(question))
        ms = (asyncio.get_running_loop().time() - began) * 1000
        self._journal.write(CallerInterpreted(self._now(), reply.asked.value, ms, reply.interpretation))
        log.info("interpreter_asked", came_of_it=reply.asked.value, ms=round(ms))
        return reply.interpretation

    async def _while_caller_waits(self, reply: Awaitable[Reply]) -> Reply:
        try:
            async with asyncio.timeout(None) as self._asking:
                return await reply
        except TimeoutError:
            return Reply(Asked.LATE)
        finally:
            self._asking = None
