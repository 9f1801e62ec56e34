"""A crew's whole day on paper, for when no phone works: day sheet, route sheet, and one record form a stop.

What each sheet may say: the route sheet names people and says no word of a debt; every other sheet goes by number
and names nobody. Amounts, ID numbers and phone numbers stand on none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import typst

from zoufang.files.agreement_pdf import FOLDER
from zoufang.files.day_sheet_pdf import DaySheet, Language, sheet_data
from zoufang.files.face import fonts, with_gaps


@dataclass(frozen=True, slots=True)
class Choices:
    """The words to tick by hand, in the language of the form."""

    met: tuple[str, ...]
    identity: tuple[str, ...]
    no_recording: tuple[str, ...]
    signs: tuple[str, ...]
    hardships: tuple[str, ...]
    channels: tuple[str, ...]
    deliveries: tuple[str, ...]
    signers: tuple[str, ...]
    outcomes: tuple[str, ...]
    abilities: tuple[str, ...]
    willingness: tuple[str, ...]
    reasons: tuple[str, ...]
    called_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """One stop by its number. `papers`: numbers and kinds of what is to be handed over in closed envelopes."""

    no: str
    stop: int
    arrive: str
    purpose: str
    role: str
    say: tuple[str, ...]
    never: tuple[str, ...]
    papers: tuple[str, ...]
    debt_may_be_spoken_of: bool


@dataclass(frozen=True, slots=True)
class DayPackSheets:
    sheet: DaySheet
    forms: tuple[RecordForm, ...]
    choices: Choices


def day_pack_pdf(pack: DayPackSheets, language: Language = "zh") -> tuple[bytes, int]:
    """The PDF and its number of pages."""
    data = {
        "sheet": sheet_data(pack.sheet),
        "forms": _drawn([asdict(form) for form in pack.forms]),
        "choices": _drawn(asdict(pack.choices)),
    }
    given = {"data": json.dumps(data, ensure_ascii=False), "language": language}
    source = FOLDER / "day_pack.typ"
    content = typst.compile(source, root=FOLDER, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=given)
    counted = typst.query(
        source,
        "<pages>",
        field="value",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=given,
    )
    [pages] = json.loads(counted)
    return content, int(pages)


def _drawn(value: object) -> object:
    if isinstance(value, str):
        return with_gaps(value)
    if isinstance(value, dict):
        return {key: _drawn(part) for key, part in value.items()}
    return [_drawn(part) for part in value] if isinstance(value, Sequence) else value
