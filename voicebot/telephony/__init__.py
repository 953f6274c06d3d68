"""A call arrives, or is placed."""
