"""Promises and call records that survive a crash."""
