"""The browser's own date picker."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """Browsers take and give ISO dates only; Django would write the day in the reader's language and lose it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
