"""Zoufang (走访): plan, conduct and evaluate field visits to customers with overdue loans."""

__version__ = "0.1.0"
