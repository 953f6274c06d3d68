"""The far end of a campaign: a carrier's whole country behind one telephone.

What a number does when it is called, its last digit tells: people who answer, mailboxes, lines that are busy,
decline, do not exist, or ring for ever.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import suppress

from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone

REFUSED = {5: 486, 6: 603, 7: 404}
"""The SIP answer by last digit: busy, declined, no such number."""
MACHINE = 8
RINGS_OUT = 9
LONGEST = 60.0
"""Seconds after which whoever talks with nobody hangs up."""


class FarEnd:
    """Takes every call, and counts the INVITEs of each number."""

    def __init__(self, phone: SipPhone, greeting: bytes) -> None:
        self.invites = Counter[str]()
        self._phone = phone
        self._greeting = greeting
        self._answering: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            call = await self._phone.ringing.get()
            number = _number(call)
            self.invites[number] += 1
            task = asyncio.create_task(self._take(call, int(number[-1])))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _take(self, call: PhoneCall, digit: int) -> None:
        if digit in REFUSED:
            await asyncio.sleep(0.2)
            call.refuse(REFUSED[digit])
        elif digit == RINGS_OUT:
            await call.ended.wait()
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await self._answer(call, digit)
            await call.hang_up()

    async def _answer(self, call: PhoneCall, digit: int) -> None:
        await asyncio.sleep(0.3)
        if call.ended.is_set():
            return
        call.answer()
        if digit == MACHINE:
            call.line.speak(self._greeting)
            await call.ended.wait()
        elif digit % 2:
            await call.line.hears_voice()  # and is gone in the middle of the first sentence
        else:
            await call.line.hears_voice()
            await asyncio.sleep(1.0)
            while not call.ended.is_set():  # wants no more calls
                call.line.press("9")
                await asyncio.sleep(1.0)


def _number(call: PhoneCall) -> str:
    found = re.search(r"sip:(\+\d+)@", call.offer.start)
    assert found, call.offer.start
    return found.group(1)
