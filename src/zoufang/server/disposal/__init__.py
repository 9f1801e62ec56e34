"""Stages of disposing of debts, counsel's leave to contact, help asked in villages, and case files that left."""
