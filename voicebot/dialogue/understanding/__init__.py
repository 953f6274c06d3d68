"""From words to meaning, and from what is expected to the grammar that recognisers listen by."""
