"""The compiled search: routes as arrays, insertion in constant time, ruin and recreate under annealing.

Imported lazily by `routing`: Numba takes a moment to load, and pages and `zoufang --help` must not wait for it.
"""
