"""Crews, day plans and visits."""
