"""How long a claim with its decision takes as the portfolio grows, on either database.

    python -m tests.store.measure_claims DATABASE_URL [CONTACTS ...] [--plans]

fills an empty database up to each number of contacts, and prints milliseconds of claims of one dialer: the median,
and the slowest of twenty. ``--plans`` adds how the database finds the next contact.
"""

from __future__ import annotations
