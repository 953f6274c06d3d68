"""The figures by which a campaign is judged: computed, told and drawn."""
