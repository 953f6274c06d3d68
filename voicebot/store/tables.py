"""The tables of calls and accounts as SQL knows them, the same on SQLite and PostgreSQL.

Those of campaigns are in ``campaign_tables``.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Integer, String, Table, Text

from voicebot.store.columns import ExactDecimal, UtcDateTime, metadata

calls = Table(
    "calls",
    metadata,
    Column("call_id", String(200), primary_key=True),
    Column("flow", String(200), nullable=False),
    Column("flow_version", String(100), nullable=False),
    Column("language", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    # NULL while the call is in progress.
    Column("disposition", Text, nullable=True, index=True),
    Column("turns", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    # With a default, so that a process of the version before can still write its last calls.
    Column("direction", String(10), nullable=False, server_default="inbound"),
    # No foreign key: calls are kept by law for longer than the account may be.
    Column("account_id", Text, nullable=True, index=True),
    Column("cause", Integer, nullable=True),
    Column("sip_status", Integer, nullable=True),
    # place:pid:start of the process that began it; NULL in calls that were written at their end only.
    Column("held_by", Text, nullable=True),
)

promises = Table(
    "promises",
    metadata,
    # One promise for each call: a second one supersedes the first.
    Column("call_id", ForeignKey("calls.call_id"), primary_key=True),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("date", Date, nullable=False, index=True),
    Column("whole", Boolean, nullable=False),
    # With a default, so that a process of the version before can still write its last promises.
    Column("instalments", Integer, nullable=False, server_default="1"),
    # Of its call; NULL where nobody knew whose debt it was about.
    Column("account_id", Text, nullable=True, index=True),
    Column("promised_on", Date, nullable=True),
    # The day by which all of it is to be paid, before the days of grace.
    Column("due_by", Date, nullable=True),
    Column("grace_days", Integer, nullable=False, server_default="1"),
    # open, kept, partly_kept, broken, cancelled or superseded.
    Column("status", String(20), nullable=False, index=True, server_default="open"),
    Column("kept_amount", ExactDecimal, nullable=False, server_default="0"),
    Column("settled_at", UtcDateTime, nullable=True),
    # The call of the promise that took its place.
    Column("superseded_by", String(200), nullable=True),
    # When its person was put on the list to be reminded of it, and to be called because it was broken.
    Column("reminded_at", UtcDateTime, nullable=True),
    Column("followed_up_at", UtcDateTime, nullable=True),
)

requests = Table(
    "requests",
    metadata,
    Column("request_id", Integer, primary_key=True),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    # As the call knew it when the request was made; no foreign key, as in calls.
    Column("account_id", Text, nullable=True, index=True),
    Column("kind", String(20), nullable=False),
    Column("details", JSON, nullable=False),
    Column("language", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("status", String(10), nullable=False, index=True, server_default="open"),
    # Who has worked it off, and what came of it.
    Column("closed_at", UtcDateTime, nullable=True),
    Column("closed_by", Text, nullable=True),
    Column("closed_why", Text, nullable=True),
)

suppressions = Table(
    "suppressions",
    metadata,
    # Each time that somebody said so is a row of its own: nothing is ever overwritten.
    Column("suppression_id", Integer, primary_key=True),
    # NULL where a person is suppressed and no number of theirs is known.
    Column("number_hash", String(80), nullable=True, index=True),
    Column("channel", String(10), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    # No foreign key: it outlives the record of the call.
    Column("call_id", String(200), nullable=True),
    Column("reason", Text, nullable=False),
    # NULL: everywhere.
    Column("campaign", String(100), nullable=True),
    # Who asked, so that their other numbers are spared too; NULL where nobody knows.
    Column("person_id", Text, nullable=True, index=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("language", String(10), nullable=True),
    Column("facts", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # Whose debt it is: no foreign key, as SQLite adds none to a table that there is.
    Column("person_id", Text, nullable=True, index=True),
    Column("creditor", Text, nullable=True),
    Column("balance", ExactDecimal, nullable=True),
    Column("currency", String(3), nullable=True),
    Column("due_date", Date, nullable=True),
)

account_phones = Table(
    "account_phones",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("e164", Text, primary_key=True, index=True),
    # Of the account's telephones, the one to try first has 0.
    Column("place", Integer, nullable=False),
)

holders = Table(
    "holders",
    metadata,
    # place:pid:start of a process that holds calls, as in their held_by.
    Column("held_by", Text, primary_key=True),
    # When it last said that it lives; NULL of one that people have given up and that never did.
    Column("seen_at", UtcDateTime, nullable=True),
    # From then on nothing that it held by seen_at goes on.
    Column("until", UtcDateTime, nullable=False),
)
