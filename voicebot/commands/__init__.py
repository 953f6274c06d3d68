"""What each command does: settings in, records read or changed, and what is told back."""
