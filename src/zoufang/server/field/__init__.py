"""The visitor's app: its devices, the day they take along, and what they deliver."""
