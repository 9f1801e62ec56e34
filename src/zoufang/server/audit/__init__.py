"""Who did what, when: append-only lines, chained per branch and day, so that tampering shows."""
