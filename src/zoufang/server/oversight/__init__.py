"""Verdicts, overrides, stops, complaints and attestations: what compliance said, and on what facts."""
