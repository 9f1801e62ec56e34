"""The evidence of a visit in one place, what leaves the bank of it, and visits that were written on paper."""
