"""How a call ended, by what is known of it at the end. Pure."""

from __future__ import annotations

from voicebot.disposition import Disposition, Party, PromiseToPay

_PARTY = {Disposition.WRONG_PARTY: Party.WRONG_PARTY, Disposition.THIRD_PARTY: Party.THIRD_PARTY}


def party(disposition: Disposition | None, *, verified: bool) -> Party:
    """Who is on the line, as far as it is known."""
    if disposition in _PARTY:
        return _PARTY[disposition]
    return Party.RIGHT_PARTY if verified else Party.UNKNOWN


def refined(disposition: Disposition, *, heard: bool) -> Disposition:
    """``SILENCE`` where nobody was reached because nobody ever made a sound."""
    nobody = disposition is Disposition.HUMAN_NO_RPC and not heard
    return Disposition.SILENCE if nobody else disposition


def at_hang_up(promise: PromiseToPay | None, *, verified: bool, heard: bool) -> Disposition:
    """How the contact ended when the caller hangs up before the flow has said so."""
    if promise:
        return promise.disposition
    return Disposition.RPC_HANGUP if verified else refined(Disposition.HUMAN_NO_RPC, heard=heard)
