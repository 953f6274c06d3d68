"""Is everything in order? Checks of an installation, each with what to do when it is not."""
