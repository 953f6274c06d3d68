"""Prompts as they are heard."""
