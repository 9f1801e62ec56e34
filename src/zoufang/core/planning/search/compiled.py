"""How the search is compiled: cached on disk, without the interpreter's lock and without reference counting.

Counting references to arrays takes nine times as long as the search itself. Without it nothing may allocate, so
arrays are copied entry by entry, and callers hold every array until the call returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])
_njit: Any = njit  # Numba's types don't list `_nrt`


def compiled(function: Function) -> Function:
    made: Function = _njit(cache=True, nogil=True, _nrt=False)(function)
    return made
