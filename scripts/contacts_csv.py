"""Writes a CSV of so many contacts that nobody is: ``python scripts/contacts_csv.py 1000000 > many.csv``."""

from __future__ import annotations

import sys

HEADER = (
    "account_ref;person_id;first_name;last_name;phone_1;phone_2;country;region;language;creditor;product;"
    "amount_due;currency;due_date;days_past_due;priority;verification_hint;how_to_pay"
)


def row(number: int) -> str:
    """The contact of a number, always the same."""
    mobile = f"9{61_000_000 + number % 30_000_000:08d}"
    second = f"22{2_000_000 + number % 5_000_000:07d}" if number % 3 == 0 else ""
    amount = f"{1 + number * 7919 % 900}.{number % 1000:03d},00"
    due = f"2026-11-{1 + number % 28:02d};{number % 90}"
    return (
        f"A-{number:08d};P-{number:08d};Ana;Example;{mobile};{second};CL;RM;es;Example Store;card;"
        f"{amount};CLP;{due};{number % 10};{number % 10000:04d};Por transferencia"
    )


def main() -> None:
    """All of them, to the standard output."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(HEADER)
    for number in range(count):
        print(row(number))


if __name__ == "__main__":
    main()
