"""Compare a million decisions with the law as an oracle reads it, and tell how long one takes.

    scripts/contact-decisions                        # a million: random questions, and days of changed clocks
    scripts/contact-decisions --decisions 50000      # fewer
    scripts/contact-decisions --seed 7               # others

Half of them are every minute of the days on which any of IANA's zones changes its clock in three years, in
the rules of the United States and of Chile in turn; the others are questions of every kind, with pasts,
consents and zones crowded where mistakes would be, and the moments around what is told to be the next one.
The questions and the oracle are those of the tests (tests/contact).

Exit code 1, and the question, when the two differ.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from datetime import time as clock
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from rich.progress import track

from tests.contact.cases import MINUTE, ZONES, Question, change_days, checked, question
from tests.contact.oracle import CALL
from tests.contact.stage import WRITTEN
from voicebot.contact import Person

PIECE = 1_000
"""Questions between two steps of the progress bar."""


def main() -> None:
    """Compare, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--decisions", type=int, default=1_000_000, help="at least so many")
    parser.add_argument("--seed", type=int, default=1, help="of the random questions")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    started, half = time.perf_counter(), options.decisions // 2
    minutes = on_changed_days(half)
    questions = of_every_kind(chance, options.decisions - minutes)
    seconds = time.perf_counter() - started
    print(f"{minutes + questions:,} decisions in {seconds:.0f} s, none outside of the law:")
    print(f"  {minutes:,} minutes of days on which a clock is changed, {questions:,} around random questions")
    told(chance)


def on_changed_days(wanted: int) -> int:
    """How many minutes were compared, every zone first, then every day, then every minute."""
    asked = islice(minutes_of_changed_days(), wanted)
    done = 0
    for one in track(asked, "changed clocks", total=wanted):
        assert one.decided().allowed == one.lawful(), one
        done += 1
    return done


def minutes_of_changed_days() -> Iterator[Question]:
    """Each minute of each day on which a clock is changed, and of the hour before and after it."""
    places = cycle([("US", "CA"), ("CL", "RM")])
    days = [(zone, day) for zone in ZONES for day in change_days(zone)]
    for minute in random.Random(0).sample(range(-60, 25 * 60), 26 * 60):
        for zone, day in days:
            person = Person("ana", *next(places), (zone,), (WRITTEN,))
            midnight = datetime.combine(day, clock(), ZoneInfo(zone)).astimezone(UTC)
            yield Question(person, CALL, midnight + minute * MINUTE, ())


def of_every_kind(chance: random.Random, wanted: int) -> int:
    """How many decisions were compared."""
    done = 0
    for _ in track(range(-(-wanted // PIECE)), "questions"):
        target = done + PIECE
        while done < target:
            done += checked(question(chance), chance)
    return done


def told(chance: random.Random) -> None:
    """What a decision takes, and what came of questions of every kind."""
    asked = [question(chance) for _ in range(20_000)]
    reasons: Counter[str] = Counter()
    took = []
    for one in asked:
        begun = time.perf_counter()
        verdict = one.decided()
        took.append((time.perf_counter() - begun) * 1e6)
        reasons[verdict.reason] += 1
    took.sort()
    median, p99 = (took[int(len(took) * share)] for share in (0.5, 0.99))
    print(f"  a decision takes {median:.0f} us (median), {p99:.0f} us (p99)")
    print("  " + ", ".join(f"{reason} {count / len(asked):.1%}" for reason, count in reasons.most_common()))


if __name__ == "__main__":
    main()
