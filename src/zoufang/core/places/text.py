"""An address text before it is read: full width to half, spaces away, and what is no address kept out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Foreign(StrEnum):
    """What stands in address fields and does not belong there. The value itself is never kept."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    PERSON = "person"
    NOTE = "note"


_SURNAME_TITLE = r"[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|师傅|老师|经理)"
_CALL = r"(?:联系电话|电话|手机号?|tel)?[:]?"
_LABEL = r"(?:联系人|收件人|收货人|户主|房主|姓名|业主)"
# In this order: an ID number holds digits that look like a phone.
FOREIGN: tuple[tuple[Foreign, re.Pattern[str]], ...] = (
    (Foreign.ID_NUMBER, re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    (Foreign.PHONE, re.compile(rf"{_CALL}(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{{4}}){{2}}(?!\d)", re.I)),
    (Foreign.PHONE, re.compile(rf"{_CALL}(?<!\d)0\d{{2,3}}-?\d{{7,8}}(?!\d)", re.I)),
    (Foreign.PERSON, re.compile(rf"[(,; ]?{_LABEL}[: ]?[\u4e00-\u9fff·]{{2,4}}(?=[),; \d]|$)\)?")),
    (Foreign.PERSON, re.compile(rf"[(,; ]{_SURNAME_TITLE}\)?")),
    (Foreign.PERSON, re.compile(r"(?<=[(,; \d号室户组])[\u4e00-\u9fff·]{2,4}\(?收\)?$")),
    (Foreign.PERSON, re.compile(r"[(,; ][\u4e00-\u9fff·]{2,3}转交?\)?$")),
    (Foreign.NOTE, re.compile(r"\([^()]*\)")),
)
_DOOR = re.compile(r"(?:[0-9]|[一二三四五六七八九十]+(?:号|栋|幢|单元|楼|室|户|排))")
_PUNCTUATION = str.maketrans(
    {"，": ",", "、": ",", "。": ",", "；": ";", "—": "-", "–": "-", "號": "号", "﹣": "-"}
)


@dataclass(frozen=True, slots=True)
class CleanText:
    """`foreign` names the kinds of what was taken out, once each."""

    text: str
    foreign: tuple[Foreign, ...]


def clean(raw: str) -> CleanText:
    """NFKC (full-width digits and letters become plain), no spaces, no phones, ID numbers, names or remarks."""
    text = unicodedata.normalize("NFKC", raw).translate(_PUNCTUATION)
    text = re.sub(r"\s+", " ", text).strip()
    found: dict[Foreign, None] = {}
    for kind, pattern in FOREIGN:
        text, times = pattern.subn("", text)
        if times:
            found[kind] = None
    return CleanText(text.replace(" ", "").strip(",;:-()"), tuple(found))


def names_a_door(raw: str) -> bool:
    """Does the text go down to a number? A bare village name is shared by hundreds who are no household."""
    return bool(_DOOR.search(clean(raw).text))
