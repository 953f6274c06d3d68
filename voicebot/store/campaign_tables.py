"""The tables of campaigns as SQL knows them: whom to call, every dial, and what was paid."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from voicebot.store.columns import ExactDecimal, UtcDateTime, metadata

persons = Table(
    "persons",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("first_name", Text, nullable=True),
    Column("last_name", Text, nullable=True),
    Column("language", String(10), nullable=True),
    # ISO 3166; NULL where nobody knows, and then nobody is called.
    Column("country", String(2), nullable=True),
    Column("region", Text, nullable=True),
    # IANA, as stated; where it is not, region and number tell.
    Column("time_zone", Text, nullable=True),
    # When they do not want to be called, as they said.
    Column("inconvenient", JSON, nullable=False),
    # The channels they have authorised; NULL when nobody has asked.
    Column("channels", JSON, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    # What is known of a telephone, whoever has it; a number without a row is good.
    Column("e164", Text, primary_key=True),
    Column("kind", String(20), nullable=True),
    Column("state", String(20), nullable=False, server_default="good"),
    # Dials in a row that nobody answered.
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("changed_at", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Integer, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    # NULL: every number of the person.
    Column("e164", Text, nullable=True),
    Column("kind", String(20), nullable=False),
    Column("source", Text, nullable=False),
    Column("wording", Text, nullable=True),
    Column("given_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime, nullable=True),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("name", String(100), primary_key=True),
    # paused, running, draining or done.
    Column("state", String(10), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # By a server, while it runs, and what keeps it from dialling then or is wrong with its file.
    Column("looked_at", UtcDateTime),
    Column("notice", Text),
)

contacts = Table(
    "contacts",
    metadata,
    Column("contact_id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.name"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, index=True),
    # waiting for its time, due, claimed by a dialer; or for good: done, closed without us, held for a person.
    Column("state", String(10), nullable=False),
    # Higher is called first.
    Column("priority", Integer, nullable=False, server_default="0"),
    # Not looked at before this moment; NULL in the final states.
    Column("next_at", UtcDateTime, nullable=True),
    # The person asked for that moment, so it goes before all others.
    Column("asked_for", Boolean, nullable=False, server_default=false()),
    # To try next; NULL: the first of the account that is good.
    Column("phone", Text, nullable=True),
    # One that just failed.
    Column("other_than_trunk", String(100), nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Of the last attempt; in a final state, how it all ended.
    Column("disposition", Text, nullable=True),
    # Why it waits or was closed, such as the rule that forbids a call now.
    Column("reason", Text, nullable=True),
    # Of its row in the file it came from, so that an unchanged one is recognised.
    Column("row_hash", String(64), nullable=True),
    Column("claimed_by", Text, nullable=True),
    # The attempt in progress, or the last one.
    Column("attempt_id", String(200), nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    # What it is called about next: NULL for the flow of the campaign; a follow-up or a reminder otherwise.
    Column("flow", String(200), nullable=True),
    # What that flow is told; they go over those of the account.
    Column("flow_facts", JSON, nullable=True),
    UniqueConstraint("campaign", "account_id", name="uq_contacts_campaign_account_id"),
)
# Whoever is called no more is in neither: a claim takes no longer in a large portfolio than in a small one.
Index(
    "ix_contacts_due",
    contacts.c.campaign,
    contacts.c.asked_for.desc(),
    contacts.c.priority.desc(),
    contacts.c.next_at,
    contacts.c.contact_id,
    sqlite_where=contacts.c.state == "due",
    postgresql_where=contacts.c.state == "due",
)
Index(
    "ix_contacts_waiting",
    contacts.c.campaign,
    contacts.c.next_at,
    sqlite_where=contacts.c.state == "waiting",
    postgresql_where=contacts.c.state == "waiting",
)

releases = Table(
    "releases",
    metadata,
    # Each time that a held contact may be called again is a row of its own.
    Column("release_id", Integer, primary_key=True),
    Column("campaign", String(100), nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("person_id", Text, nullable=False),
    # Why it was held.
    Column("was", Text, nullable=True),
    Column("released_at", UtcDateTime, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("why", Text, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    # The id of its call. No foreign keys: attempts are kept by law for longer than what they were about.
    Column("attempt_id", String(200), primary_key=True),
    Column("campaign", String(100), nullable=False),
    Column("contact_id", Integer, nullable=False, index=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("person_id", Text, nullable=False),
    Column("channel", String(10), nullable=False, server_default="voice"),
    Column("e164", Text, nullable=False),
    Column("trunk", String(100), nullable=True),
    Column("caller_id", Text, nullable=True),
    Column("placed_at", UtcDateTime, nullable=False),
    # NULL while it is in progress.
    Column("ended_at", UtcDateTime, nullable=True),
    Column("disposition", Text, nullable=True),
    Column("cause", Integer, nullable=True),
    Column("sip_status", Integer, nullable=True),
    # Whether a person picked up; NULL where nobody can tell.
    Column("human", Boolean, nullable=True),
    # Whether that person heard nothing of us for too long.
    Column("abandoned", Boolean, nullable=False, server_default=false()),
    Column("connected_seconds", Float, nullable=False, server_default="0"),
    # place:pid:start of the process that dials.
    Column("held_by", Text, nullable=False),
    Index("ix_attempts_campaign_placed_at", "campaign", "placed_at"),
    Index("ix_attempts_person_id_placed_at", "person_id", "placed_at"),
    Index("ix_attempts_placed_at", "placed_at", "caller_id"),
)
# Nobody's two telephones ring at once for us, and no telephone for two debts, whatever dialers do.
for _live, _whose in {"person": attempts.c.person_id, "number": attempts.c.e164}.items():
    Index(
        f"uq_attempts_live_{_live}",
        _whose,
        unique=True,
        sqlite_where=attempts.c.ended_at.is_(None),
        postgresql_where=attempts.c.ended_at.is_(None),
    )

blocks = Table(
    "blocks",
    metadata,
    # How often a rule kept a campaign from calling on a day (UTC); each process counts in rows of its own.
    Column("campaign", String(100), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("held_by", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    # The reference of the system that took the payment.
    Column("payment_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("value_date", Date, nullable=False, index=True),
    Column("received_at", UtcDateTime, nullable=False),
    # The file or the webhook it came by.
    Column("source", Text, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    # The same bytes for the same campaign are loaded once.
    Column("sha256", String(64), primary_key=True),
    Column("campaign", String(100), primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("whole", Boolean, nullable=False),
    # loading, or loaded.
    Column("state", String(10), nullable=False),
    # Where a load that was interrupted goes on.
    Column("rows_loaded", Integer, nullable=False, server_default="0"),
    Column("totals", JSON, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)
