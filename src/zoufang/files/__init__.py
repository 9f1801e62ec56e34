"""Text and tables to values and back. Each file form is known in one place."""
