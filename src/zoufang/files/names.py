"""Which field does a column's name mean? Chinese and English spellings, with the words around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from zoufang.core.values import Unit
from zoufang.files.fields import Field, Schema

_UNIT = re.compile(r"[(\[【]?(?:单位[::]?)?(?:人民币)?(万元|元|分|万|fen|yuan|wan|10k|rmb|cny|￥|¥)[)\]】]?$")
_IN_BRACKETS = re.compile(r"[(\[【](?:单位[::]?)?(?:人民币)?(万元|元|分|万|fen|yuan|wan|10k|rmb|cny)[)\]】]")
_UNITS: Mapping[str, Unit] = {"万元": "wan", "万": "wan", "wan": "wan", "10k": "wan", "分": "fen", "fen": "fen"}
_TITLE_UNIT = re.compile(r"单位[:]?\s*(?:人民币)?(万元|元|分)|[(](?:人民币)?(万元)[)]")
LEVEL = ">"  # between the levels of a header in several rows: 借款人>姓名
_NOISE = re.compile(r"[\s_\-./、:：*#()\[\]【】<>《》,\"'?]+")
_DATED = re.compile(r"\d{4}年(\d{1,2}月)?(\d{1,2}日)?末?|\d{1,2}月末?|^\d{1,2}[.、]\s*")
_FILLER = ("信息", "情况", "人民币", "当前", "期末", "截止", "明细", "(必填)", "必填")

# A column that speaks of somebody else than the debtor is matched only to that somebody's fields.
_CONTEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("guarant", ("担保", "保证", "guarant")),
    ("co_debtor", ("共同", "共借", "配偶", "spouse", "co-")),
    ("contact", ("联系人", "紧急", "emergency")),
    ("collateral", ("抵押", "质押", "押品", "collateral")),
    ("legal_rep", ("法人", "法定代表", "legal")),
    ("controller", ("实控", "实际控制")),
)
_FUZZY_FLOOR = 0.6


def bare(text: str) -> str:
    """A name without case, spaces, marks and unit: `贷款余额（万元）` → `贷款余额`."""
    folded = unicodedata.normalize("NFKC", text).lower().strip()
    folded = _IN_BRACKETS.sub("", folded)
    return _NOISE.sub("", folded)


def unit_of(text: str) -> Unit | None:
    """The unit that a column's name states."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())
    found = _IN_BRACKETS.search(folded) or _UNIT.search(folded)
    if not found or (found[1] in ("分", "万") and not re.search(r"[(\[【/:]", folded)):
        return None
    return _UNITS.get(found[1], "yuan")


def title_unit(texts: tuple[str, ...]) -> Unit | None:
    """The unit that the lines above the header state: `单位：万元`."""
    for text in texts:
        found = _TITLE_UNIT.search(unicodedata.normalize("NFKC", text))
        if found:
            return _UNITS.get(found[1] or found[2], "yuan")
    return None


def scores(header: str, schema: Schema) -> dict[str, float]:
    """Field → how surely `header` (levels joined by >) means it, 0.6 to 1; absent where it does not."""
    levels = [level for level in header.split("#")[0].split(LEVEL) if bare(level)]
    spelt = [("".join(levels), 1.0)]
    if len(levels) > 1:
        spelt += [(levels[-1], 0.93), (levels[0], 0.7)]
    found: dict[str, float] = {}
    for text, weight in spelt:
        for each in schema.fields:
            score = weight * _reading(text, each)
            if score >= _FUZZY_FLOOR and _in_context(header, each, score):
                found[each.name] = max(score, found.get(each.name, 0.0))
    return found


def _reading(text: str, field: Field) -> float:
    """As it stands; without a remark in brackets; or as alternatives (姓名/名称) that all mean the field."""
    score = _score(bare(text), field)
    folded = unicodedata.normalize("NFKC", text)
    remark = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", folded)
    if remark != folded:
        score = max(score, 0.85 * _score(bare(remark), field))
    parts = re.split(r"[/、或]", folded)
    if len(parts) > 1:
        score = max(score, 0.95 * min(_score(bare(part), field) for part in parts))
    return score


def best(header: str, schema: Schema) -> float:
    return max(scores(header, schema).values(), default=0.0)


def _score(text: str, field: Field) -> float:
    exact, weak = _spellings(field)
    if not text:
        return 0.0
    if text in exact:
        return 1.0
    shorter = _DATED.sub("", text)
    for filler in _FILLER:
        shorter = shorter.replace(filler, "")
    if shorter in exact:
        return 0.95
    if text in weak or shorter in weak:
        return 0.75
    return max((_overlap(shorter, known) for known in exact), default=0.0)


def _overlap(text: str, known: str) -> float:
    """A long spelling inside the name, or the name inside one: a guess, the better the more they share."""
    inner, outer = sorted((text, known), key=len)
    if inner not in outer or len(inner) < (3 if not inner.isascii() else 5):
        return 0.0
    share = len(inner) / len(outer)
    return 0.45 + 0.4 * share if share >= 0.4 else 0.0


def _in_context(header: str, field: Field, score: float) -> bool:
    """Exact names may say what they like (担保方式); guesses must not cross from the guarantor to the debtor."""
    low = header.lower()
    for prefix, words in _CONTEXTS:
        speaks = any(word in low for word in words)
        belongs = field.name.startswith(prefix)
        if speaks and not belongs and score < 1.0 and not (score >= 0.95 and field.codes):
            return False
        if belongs and not speaks and score < 0.95:
            return False
    return True


@cache
def _spellings(field: Field) -> tuple[frozenset[str], frozenset[str]]:
    exact = (field.zh, field.en, field.name, *field.synonyms)
    return frozenset(bare(text) for text in exact), frozenset(bare(text) for text in field.weak)
