"""Servers elsewhere that do work for calls: how they are reached, and left alone when they fail."""
