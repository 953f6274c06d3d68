"""How fast, how many, how smooth: measured, never asserted."""
