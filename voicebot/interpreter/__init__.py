"""A language model behind an OpenAI-compatible endpoint, asked about words that we do not understand."""
