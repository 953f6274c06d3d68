"""What facts and slots hold. Pure."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

Value = str | int | Decimal | date | time
Values = dict[str, Value]
