"""How names are written: the endings of each level, and the shorter forms that people use in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Endings by level, the longer first. An alias (旧名, 别称) gets the same shorter forms as the name.
ENDINGS: dict[str, tuple[str, ...]] = {
    "province": ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "盟", "市"),
    "county": ("自治县", "自治旗", "林区", "特区", "新区", "县", "区", "旗", "市"),
    "town": ("街道办事处", "民族乡", "苏木", "街道", "镇", "乡"),
    "village": ("社区居民委员会", "社区居委会", "居民委员会", "村民委员会", "居委会", "村委会", "行政村", "自然村",
                "社区", "嘎查", "村"),
}  # fmt: skip
MORE_TOWN = ("人民政府", "办事处", "政府")
SHORTEST = 2
# What may not follow a shortened name: then the text means something else (和平路 is not 和平街道).
ANOTHER_NAME = re.compile(
    r"(?:东|西|南|北|中|前|后|大|小|新|老)?"
    r"(?:路|大街|街|大道|巷|胡同|弄|里|小区|花园|家园|新村|公寓|大厦|广场|市场|工业园|开发区|园区|"
    r"省|市|县|区|旗|镇|乡|村|社区|屯|庄|寨|营|店|桥)"
)


def forms_of(name: str, level: str) -> Iterator[str]:
    """The name itself, without its ending, and with the office that stands for the place (村委会, 镇政府)."""
    yield name
    ending = next((end for end in ENDINGS[level] if name.endswith(end) and len(name) > len(end)), "")
    stem = name.removesuffix(ending) if ending else name
    if len(stem) >= SHORTEST:
        yield stem
    if level == "village":
        yield from (stem + office for office in _offices(ending))
    if level == "town":
        for office in MORE_TOWN:
            yield name + office


def _offices(ending: str) -> tuple[str, ...]:
    """A village is also called by its committee, a neighbourhood too; a bare name may be either."""
    urban = ("社区", "居委会", "社区居委会", "居民委员会")
    rural = ("村", "村委会", "村民委员会", "行政村")
    if not ending:
        return urban + rural
    return urban if "社区" in ending or "居" in ending else rural


def is_whole(form: str, level: str) -> bool:
    """Does the form carry an ending of its level (or an office), so that it cannot be half of another name?"""
    return any(form.endswith(end) for end in (*ENDINGS[level], *MORE_TOWN))
