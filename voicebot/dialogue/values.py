"""What facts and slots hold. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

Value = str | Decimal | date
Values = dict[str, Value]
