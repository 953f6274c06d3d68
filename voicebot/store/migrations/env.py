"""Alembic's entry: run the steps over the connection that ``upgrade_schema`` lends."""

from __future__ import annotations

from alembic import context

from voicebot.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
