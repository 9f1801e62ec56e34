"""How good a plan can be at most: a proven upper bound, and exact optima of small problems."""

from zoufang.core.planning.bound.tiny import exact_tiny
from zoufang.core.planning.bound.upper import Bound, Step, upper_bound

__all__ = ["Bound", "Step", "exact_tiny", "upper_bound"]
