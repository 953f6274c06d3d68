"""The scenes that hold voicebot to its word, one folder per station."""
