"""What many calls came to. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.disposition import Disposition
from voicebot.simulation.oracle import Law
from voicebot.simulation.play import PlayedCall

Ending = Disposition | None


@dataclass(slots=True)
class Tally:
    """The calls of one flow in one language, counted as they end."""

    flow: Flow
    calls: int = 0
    turns: int = 0
    endings: dict[str, Counter[Ending]] = field(default_factory=dict)
    """How the calls of each persona ended."""
    visited: Counter[Name] = field(default_factory=Counter)
    """In how many calls each state was entered."""
    broken: Counter[Law] = field(default_factory=Counter)
    """How many calls broke each law."""
    longest: PlayedCall | None = None
    shortest_broken: PlayedCall | None = None

    def add(self, call: PlayedCall) -> None:
        """Count one call."""
        self.calls += 1
        self.turns += call.turns
        self.endings.setdefault(call.persona, Counter())[call.disposition] += 1
        self.visited.update(set(call.trail))
        self.broken.update({breach.law for breach in call.breaches})
        if self.longest is None or call.turns > self.longest.turns:
            self.longest = call
        if call.breaches and (self.shortest_broken is None or call.turns < self.shortest_broken.turns):
            self.shortest_broken = call

    @property
    def sound(self) -> bool:
        """No call broke a law."""
        return self.shortest_broken is None

    @property
    def never_visited(self) -> list[Name]:
        """The states that no call came to, in the order of the flow."""
        return [name for name in self.flow.states if name not in self.visited]

    def ended(self, ending: Ending) -> int:
        """How many calls ended so."""
        return sum(counted[ending] for counted in self.endings.values())

    def ranked(self) -> list[Ending]:
        """Every ending that came about, the commonest first."""
        found = {ending for counted in self.endings.values() for ending in counted}
        return sorted(found, key=lambda ending: (-self.ended(ending), str(ending)))
