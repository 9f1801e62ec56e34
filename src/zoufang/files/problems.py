"""What can be wrong with one cell, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.values import Message, gettext_noop


class Problem(StrEnum):
    MISSING = "missing"
    NEITHER = "neither"
    NOT_AMOUNT = "not_amount"
    TOO_FINE = "too_fine"
    NEGATIVE = "negative"
    NOT_DATE = "not_date"
    NO_SUCH_DATE = "no_such_date"
    FUTURE_DATE = "future_date"
    NOT_WHOLE = "not_whole"
    NOT_RATE = "not_rate"
    NOT_DEGREES = "not_degrees"
    UNKNOWN_CODE = "unknown_code"
    ID_FORM = "id_form"
    ID_OLD = "id_old"
    ID_CHECKSUM = "id_checksum"
    ID_BIRTH = "id_birth"
    USCC_CHECKSUM = "uscc_checksum"
    ROUNDED = "rounded"
    SCIENTIFIC = "scientific"
    MASKED = "masked"
    PHONE_FORM = "phone_form"
    PHONE_WHOSE = "phone_whose"
    PHONE_OTHERS = "phone_others"
    DAMAGED = "damaged"
    TOO_LONG = "too_long"
    CELL_ERROR = "cell_error"
    NO_RESULT = "no_result"
    COLUMNS = "columns"
    PART_MISSING = "part_missing"
    DUPLICATE = "duplicate"
    DUPLICATE_DIFFERS = "duplicate_differs"
    OVERDUE_EXCEEDS = "overdue_exceeds"
    DATE_ORDER = "date_order"
    HIDDEN = "hidden"


# problem → (what is wrong, what to do); both are templates of the translation catalogue.
_TEXTS: dict[Problem, tuple[str, str]] = {
    Problem.MISSING: (
        gettext_noop("%(column)s is empty"),
        gettext_noop("Fill it in; it is required."),
    ),
    Problem.NEITHER: (
        gettext_noop("%(column)s: all of these are empty"),
        gettext_noop("Fill in at least one of them."),
    ),
    Problem.NOT_AMOUNT: (
        gettext_noop("%(value)s is not an amount"),
        gettext_noop("Write digits with at most one decimal point, such as 12345.67."),
    ),
    Problem.TOO_FINE: (
        gettext_noop("%(value)s is finer than one fen"),
        gettext_noop("Round it in the source to whole fen (0.01 yuan), or correct the column's unit."),
    ),
    Problem.NEGATIVE: (
        gettext_noop("%(value)s is negative"),
        gettext_noop("Correct the sign, or allow negative values of this column in the mapping."),
    ),
    Problem.NOT_DATE: (
        gettext_noop("%(value)s is not a date that can be read safely"),
        gettext_noop("Write the year in four digits, such as 2025-08-17, or name the date form in the mapping."),
    ),
    Problem.NO_SUCH_DATE: (
        gettext_noop("%(value)s does not exist in the calendar"),
        gettext_noop("Correct the day or the month."),
    ),
    Problem.FUTURE_DATE: (
        gettext_noop("%(value)s lies in the future"),
        gettext_noop("Correct the date; %(column)s cannot be later than the day of import."),
    ),
    Problem.NOT_WHOLE: (
        gettext_noop("%(value)s is not a whole number"),
        gettext_noop("Write digits only."),
    ),
    Problem.NOT_RATE: (
        gettext_noop("%(value)s is not a yearly rate between 0 and 100 per cent"),
        gettext_noop("Write it in per cent, such as 4.35%%."),
    ),
    Problem.NOT_DEGREES: (
        gettext_noop("%(value)s is not a latitude or longitude"),
        gettext_noop("Write decimal degrees and check that latitude and longitude are not swapped."),
    ),
    Problem.UNKNOWN_CODE: (
        gettext_noop("%(value)s is not in the code list of %(column)s"),
        gettext_noop("Correct it, or add it to the mapping's code list."),
    ),
    Problem.ID_FORM: (
        gettext_noop("%(value)s is neither a resident ID nor a unified social credit code"),
        gettext_noop("Both have 18 characters; copy the number again from the document."),
    ),
    Problem.ID_OLD: (
        gettext_noop("%(value)s is a 15-digit ID of the first generation, invalid since 2013"),
        gettext_noop("Enter the 18-character number."),
    ),
    Problem.ID_CHECKSUM: (
        gettext_noop("%(value)s: the last character does not fit the others of this resident ID"),
        gettext_noop("A digit is wrong; copy the number again from the document."),
    ),
    Problem.ID_BIRTH: (
        gettext_noop("%(value)s: the date of birth in this resident ID is impossible"),
        gettext_noop("A digit is wrong; copy the number again from the document."),
    ),
    Problem.USCC_CHECKSUM: (
        gettext_noop("%(value)s: the last character does not fit the others of this credit code"),
        gettext_noop("A character is wrong; copy the code again from the licence."),
    ),
    Problem.ROUNDED: (
        gettext_noop("%(value)s: Excel kept only 15 digits of this number, the rest is lost"),
        gettext_noop("Export the column again as text from the source; the number cannot be repaired."),
    ),
    Problem.SCIENTIFIC: (
        gettext_noop("%(value)s: Excel wrote this number in scientific form, its digits are lost"),
        gettext_noop("Export the column again as text from the source; the number cannot be repaired."),
    ),
    Problem.MASKED: (
        gettext_noop("%(value)s is masked"),
        gettext_noop("Ask for an extract with the full value, or leave the column out."),
    ),
    Problem.PHONE_FORM: (
        gettext_noop("%(value)s is not a telephone number of mainland China"),
        gettext_noop("Write a mobile number of 11 digits or a landline with its area code."),
    ),
    Problem.PHONE_WHOSE: (
        gettext_noop("%(value)s: it cannot be told whose number this is"),
        gettext_noop("Write whose it is behind the number, such as (本人) or (妻), or leave the number out."),
    ),
    Problem.PHONE_OTHERS: (
        gettext_noop("%(value)s is noted as the number of another person"),
        gettext_noop("List that person among the related parties, with a role of their own."),
    ),
    Problem.DAMAGED: (
        gettext_noop("%(value)s holds characters destroyed by a wrong encoding"),
        gettext_noop("Export the file again as UTF-8 or GB18030."),
    ),
    Problem.TOO_LONG: (
        gettext_noop("%(value)s is longer than %(column)s may be"),
        gettext_noop("Look for text of another column in this cell, or shorten it."),
    ),
    Problem.CELL_ERROR: (
        gettext_noop("The cell shows the error %(value)s"),
        gettext_noop("Correct the formula and save the file again."),
    ),
    Problem.NO_RESULT: (
        gettext_noop("The cell holds a formula without a stored result"),
        gettext_noop("Open the file in Excel or WPS, let it calculate, and save it again."),
    ),
    Problem.COLUMNS: (
        gettext_noop("The row has not as many columns as the header: %(detail)s"),
        gettext_noop("Look for a stray delimiter or quotation mark in this row."),
    ),
    Problem.PART_MISSING: (
        gettext_noop("%(column)s is empty, though the columns it is added to are not"),
        gettext_noop('Fill it in, or say in the mapping that a blank part counts as 0 (blank = "zero").'),
    ),
    Problem.DUPLICATE: (
        gettext_noop("The same row stands already in row %(detail)s"),
        gettext_noop("Delete one of them; row %(detail)s was taken."),
    ),
    Problem.DUPLICATE_DIFFERS: (
        gettext_noop("%(value)s stands already in row %(detail)s with other content"),
        gettext_noop("Find out which is right and delete the other; row %(detail)s was taken."),
    ),
    Problem.OVERDUE_EXCEEDS: (
        gettext_noop("Overdue principal %(value)s is more than the principal outstanding %(detail)s"),
        gettext_noop("Correct one of the two, or the unit of its column."),
    ),
    Problem.DATE_ORDER: (
        gettext_noop("%(value)s comes before %(detail)s, on which the loan was opened"),
        gettext_noop("Correct one of the two dates."),
    ),
    Problem.HIDDEN: (
        gettext_noop("The row is hidden in the sheet and the mapping says to skip hidden rows"),
        gettext_noop('Show the row, or set hidden_rows = "import" in the mapping.'),
    ),
}


@dataclass(frozen=True, slots=True)
class Reject:
    """One cell that kept its row out: where, what stood there, why, and what to do."""

    row: int
    column: str
    field: str
    value: str
    problem: Problem
    detail: str = ""
    sheet: str = ""

    @property
    def reason(self) -> Message:
        return Message(_TEXTS[self.problem][0], self._params())

    @property
    def remedy(self) -> Message:
        return Message(_TEXTS[self.problem][1], self._params())

    def _params(self) -> dict[str, str]:
        return {"column": self.column, "value": self.value, "detail": self.detail}
