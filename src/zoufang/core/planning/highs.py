"""HiGHS without its banner."""

from __future__ import annotations

from typing import Any

import highspy


class QuietHighs(highspy.Highs):
    """HiGHS prints a banner when its constructor enables callbacks; standard output is our callers'."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> Any:  # noqa: N802
        self.setOptionValue("output_flag", False)
        return super().enableCallbacks()  # type: ignore[no-untyped-call]
