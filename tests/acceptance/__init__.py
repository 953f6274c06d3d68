"""Scenes with a real Asterisk and real SIP telephones."""
