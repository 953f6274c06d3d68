"""Files of contacts and payments as people export them: CSV, read row by row, every problem told."""
