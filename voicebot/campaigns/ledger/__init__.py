"""Promises to pay, the payments that keep them, and the days on which money moves."""
