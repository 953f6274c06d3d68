"""Promises that survive."""
