"""Logs that tell nothing about anybody."""
