"""Everything that can go wrong by name.

    ZoufangError
    ├── BadInput           a value, row or file that cannot be understood      (exit 2, HTTP 422)
    │   └── BadField       ... with the row, the field and the remedy
    ├── NotPermitted       this user may not do this                           (exit 1, HTTP 403)
    ├── NotFound           no such customer, loan, plan, visit                 (exit 2, HTTP 404)
    └── Conflict           the state has moved on, or the same id carries another body (exit 1, HTTP 409)

A lawful "no" is not an error: rules answer with a Refusal value.
"""

from __future__ import annotations


class ZoufangError(Exception):
    """Base of all errors; `code` is what the API and the command line map, once."""

    code = "error"


class BadInput(ZoufangError):
    code = "bad_input"


class BadField(BadInput):
    """One field of one row: says what, which, and what to do; as text, or as messages that a page translates."""

    code = "bad_field"

    def __init__(self, what: object, *, field: str, remedy: object, row: int | None = None) -> None:
        self.what, self.field, self.remedy, self.row = what, field, remedy, row
        where = f"field {field}" if row is None else f"row {row}, field {field}"
        super().__init__(f"{what} ({where}). {remedy}")


class NotPermitted(ZoufangError):
    code = "not_permitted"


class NotFound(ZoufangError):
    code = "not_found"


class Conflict(ZoufangError):
    code = "conflict"
