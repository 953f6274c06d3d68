"""Logs that say what happened without saying to whom."""
