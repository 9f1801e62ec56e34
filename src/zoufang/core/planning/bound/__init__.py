"""How good a plan can be at most: a proven upper bound, exact optima of tiny problems, and parts to compare on."""

from zoufang.core.planning.bound.parts import Part, part, parts
from zoufang.core.planning.bound.tiny import exact_tiny
from zoufang.core.planning.bound.upper import Bound, Step, upper_bound

__all__ = ["Bound", "Part", "Step", "exact_tiny", "part", "parts", "upper_bound"]
