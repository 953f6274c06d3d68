"""Models that do not come with voicebot: which there are, how they are fetched, and where they lie."""
