"""Courses and certificates: who may go."""
