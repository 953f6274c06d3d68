"""Thousands of callers made of code against one flow, watched by an oracle that has read no proof."""
