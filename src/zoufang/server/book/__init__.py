"""Parties, loans, security, entries, imports: what the bank's core system says, kept with history."""
