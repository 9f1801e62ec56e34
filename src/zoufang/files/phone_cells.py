"""Cells with several telephone numbers, and with words that say whose they are: 138…(妻) 、 139… 本人.

A number is the column's own person's only if nothing says otherwise. Words that name somebody else make it a third
party's; words that are not understood make it nobody's, and it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from zoufang.files.columns import Column
from zoufang.files.fields import Several
from zoufang.files.identifiers import read_phone
from zoufang.files.problems import Problem
from zoufang.files.spelling import plain

LONGEST_NOTE = 20
PHONES = {"row": pl.UInt32(), "field": pl.String(), "number": pl.String(), "whose": pl.String()}
_NUMBER = re.compile(
    r"(?<![\d*+])(?:"
    r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d*])"
    r"|\(?0\d{2,3}\)?[- ]?[2-8]\d{6,7}(?:(?:-|转|ext\.?)\d{1,6})?(?![\d*])"
    r"|[48]00-?\d{3}-?\d{4}(?![\d*])"
    r"|\+?[\d*][\d*-]{4,})",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[、,;/|&\n\r]")
_BRACKETED = re.compile(r"^\s*(?:\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】)")
# Words about the number, not about a person.
_NEUTRAL = re.compile(
    r"联系电话|移动电话|电话号码|手机号码|联系方式|固定电话|手机号|电话|手机|座机|固话|号码|移动|联通|电信|常用|备用|微信同号|微信"
    r"|以及|或者|新|旧|或|和|及|与|号|tel|mobile|phone|\d|[\s()\[\]【】:.·\-_#*?!]",
    re.IGNORECASE,
)
_OWN = frozenset(
    {"", "本人", "自己", "机主", "机主本人", "借款人", "借款人本人", "客户", "客户本人", "主借人", "self", "own"}
)
# One of these in the words: it is somebody else's, or may be answered by somebody else.
_OTHERS = re.compile(
    r"妻|夫|妇|配偶|爱人|老婆|老公|媳|父|母|爸|妈|爹|娘|爷|奶|公公|婆|岳|丈|儿|女|孙|侄|甥|兄|弟|姐|妹|哥|嫂|姑|姨|舅|叔|伯|婶|亲|家|邻"
    r"|友|同事|同学|老乡|单位|公司|厂|店|办公|学校|村|书记|社区|物业|居委|房东|老板|领导|财务|会计|担保|保证|共借|共同|联系人|紧急|法人"
    r"|代表|律师|前台|他人|监护|wife|husband|father|mother|son|daughter|brother|sister|friend|neighbour|neighbor|office|work|home|family",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PhonePart:
    """One number of a cell: `text` as it stands there; `whose` "" for the column's own person, else the words."""

    text: str
    number: str | Problem
    whose: str = ""


def read_phones(cell: str, several: Several = "related") -> tuple[PhonePart, ...]:
    """Every number of the cell in order, each readable or with the problem that stands in its way.

    `several`: "own": other people's numbers are refused; "related": they are kept with their words; "any": the
    column is of a third party already, so that words change nothing.
    """
    text = plain(cell)
    parts = [part for segment in _PARTED.split(text) for part in _segment(segment)]
    orphans = any(_person(s) for s in _PARTED.split(text) if not _NUMBER.search(s))
    if orphans:
        parts = [part if part.whose else replace(part, whose="?") for part in parts]
    return tuple(_judged(part, several) for part in parts)


def _segment(segment: str) -> list[PhonePart]:
    """`whose` still holds the raw words beside each number; "?" where they may belong to either neighbour."""
    found = list(_NUMBER.finditer(segment))
    starts = [match.start() for match in found] + [len(segment)]
    ends = [0, *(match.end() for match in found)]
    gaps = [segment[end:start] for end, start in zip(ends, starts, strict=True)]
    notes = _shared(gaps) if len(found) > 1 else ["".join(gaps)]
    return [PhonePart(match[0], read_phone(match[0]), note) for match, note in zip(found, notes, strict=False)]


def _shared(gaps: list[str]) -> list[str]:
    """The words between several numbers, each given to the number that it stands beside."""
    notes = [""] * (len(gaps) - 1)
    for place in range(len(notes)):
        if found := _BRACKETED.match(gaps[place + 1]):
            notes[place] += next(group for group in found.groups() if group is not None)
            gaps[place + 1] = gaps[place + 1][found.end() :]
    before, behind = bool(_person(gaps[0])), bool(_person(gaps[-1]))
    for place, gap in enumerate(gaps):
        if _person(gap):
            _give(notes, place, gap, before=before, behind=behind)
    return notes


def _give(notes: list[str], place: int, gap: str, *, before: bool, behind: bool) -> None:
    if place == 0:
        notes[0] += gap
    elif place == len(notes):
        notes[-1] += gap if not before else "?"
    else:
        to_next = gap.rstrip().endswith(":") or (gap[:1].isspace() and not gap[-1:].isspace()) or before
        to_last = (gap[-1:].isspace() and not gap[:1].isspace()) or (behind and not before)
        if to_next != to_last:
            notes[place if to_next else place - 1] += gap
        else:
            notes[place - 1] += "?"
            notes[place] += "?"


def _person(note: str) -> str:
    """What the words say of a person, or "?" of a doubt."""
    return "?" if "?" in note else _NEUTRAL.sub("", note)


def _judged(part: PhonePart, several: Several) -> PhonePart:
    if isinstance(part.number, Problem):
        return replace(part, whose="")
    whose = _person(part.whose)
    if whose.lower() in _OWN or several == "any":
        return replace(part, whose="")
    text = f"{part.text} {part.whose.strip()}" if whose != "?" else part.text
    if not _OTHERS.search(whose):
        return PhonePart(text, Problem.PHONE_WHOSE)
    if several == "own":
        return PhonePart(text, Problem.PHONE_OTHERS)
    return replace(part, whose=whose[:LONGEST_NOTE])


@dataclass(frozen=True, slots=True)
class Split:
    """A column of numbers after its crowded cells were taken apart.

    `column`: the first own number of each cell. `more`: the others (PHONES). `faults`: numbers refused beside
    sound ones (row, value, problem).
    """

    column: Column
    more: pl.DataFrame | None = None
    faults: pl.DataFrame | None = None


def split_cells(name: str, several: Several, column: Column, text: pl.Series, rows: pl.Series) -> Split:
    """Only cells that are no plain number are looked at, so that a clean column costs nothing."""
    crowded = column.problems.is_not_null() & text.is_not_null()
    if not several or not crowded.any():
        return Split(column)
    read = {cell: read_phones(cell, several) for cell in text.filter(crowded).unique()}
    sound = {cell for cell, parts in read.items() if any(not isinstance(part.number, Problem) for part in parts)}
    known = {cell: _main(parts) for cell, parts in read.items()}
    told = crowded & text.is_in(list(sound))
    values = column.values.zip_with(~told, text.replace_strict(known, default=None, return_dtype=pl.String))
    causes = {cell: _cause(parts) for cell, parts in read.items() if cell not in sound}
    problems = column.problems.zip_with(~told, pl.Series([None], dtype=pl.String).new_from_index(0, len(text)))
    problems = text.replace_strict(causes, default=None, return_dtype=pl.String).zip_with(
        crowded & ~told, problems
    )
    cells = list(zip(rows.filter(told), text.filter(told), strict=True))
    more = [(row, name, n, w) for row, cell in cells for n, w in _others(read[cell])]
    bad = [(row, spelt, problem.value) for row, cell in cells for spelt, problem in _refused(read[cell])]
    return Split(
        Column(values, problems),
        pl.DataFrame(more, schema=PHONES, orient="row"),
        pl.DataFrame(bad, schema={"row": pl.UInt32, "value": pl.String, "problem": pl.String}, orient="row"),
    )


def _main(parts: tuple[PhonePart, ...]) -> str | None:
    return next((p.number for p in parts if not isinstance(p.number, Problem) and not p.whose), None)


def _others(parts: tuple[PhonePart, ...]) -> list[tuple[str, str]]:
    told = dict.fromkeys((p.number, p.whose) for p in parts if not isinstance(p.number, Problem))
    main = _main(parts)
    return [(number, whose) for number, whose in told if (number, whose) != (main, "")]


def _refused(parts: tuple[PhonePart, ...]) -> Iterator[tuple[str, Problem]]:
    return ((part.text, part.number) for part in parts if isinstance(part.number, Problem))


def _cause(parts: tuple[PhonePart, ...]) -> str:
    """Of a cell without one sound number; without any number the cell is no telephone number."""
    return next((problem.value for _spelt, problem in _refused(parts)), Problem.PHONE_FORM.value)
