"""Files of contacts that people drop: read, checked, loaded and reported on."""
