"""Make the one Chinese face that documents are printed with (run by hand; its result is committed).

Takes the Simplified Chinese face of Debian's fonts-noto-cjk (SIL OFL 1.1) and keeps what a name, an address
or an agreement may hold: Latin, punctuation and forms, the unified ideographs of GB 18030 level 1, all of
GB 18030 level 2 (通用规范汉字表) and the rare ideographs of people's names, as far as the face draws them.
Writes the face (xz, 4.7 MB instead of 7.2) and the list of its characters, by which a document is checked.

    apt-get install fonts-noto-cjk && python -m tools.font
"""

from __future__ import annotations

import io
import lzma
from itertools import groupby
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FULL_NAME = "Noto Sans CJK SC"
TARGET = Path("src/zoufang/fonts/NotoSansSC-Regular.otf.xz")
CHARACTERS = Path("src/zoufang/fonts/NotoSansSC-Regular.characters")
FAMILY = "Noto Sans SC"
LIMIT_BYTES = 6_000_000

IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA2F), (0x20000, 0x3134F))
SIGNS = (
    (0x20, 0x17F),  # Latin
    (0x391, 0x3C9),  # Greek
    (0x2010, 0x206F),  # dashes, quotes, the middle dot of minority names
    (0x2070, 0x22FF),  # letter-like, numbers, arrows, operators
    (0x2460, 0x25FF),  # enclosed numbers, box drawing, geometric shapes
    (0x2600, 0x27BF),  # ticks and boxes of forms
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x303F),  # Chinese punctuation
    (0x3100, 0x312F),  # bopomofo
    (0x3220, 0x33FF),  # enclosed ideographs, units
    (0xFE10, 0xFE6F),  # vertical and small forms
    (0xFF00, 0xFFEF),  # full-width forms
)


def wanted(face: TTFont) -> set[int]:
    held = set(face.getBestCmap())
    ranges = IDEOGRAPHS + SIGNS
    return {code for first, last in ranges for code in range(first, last + 1)} & held


def make() -> None:
    faces = TTCollection(str(SOURCE)).fonts
    face = next(f for f in faces if f["name"].getDebugName(4) == FULL_NAME)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 13, 14], notdef_outline=True)
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted(face))
    subsetter.subset(face)
    _rename(face)
    face["head"].modified = face["head"].created  # the same bytes on every run
    face.recalcTimestamp = False
    bytes_ = io.BytesIO()
    face.save(bytes_)
    TARGET.write_bytes(lzma.compress(bytes_.getvalue(), preset=9 | lzma.PRESET_EXTREME))
    CHARACTERS.write_text(_ranges(set(face.getBestCmap())), encoding="ascii")
    size = TARGET.stat().st_size
    if size > LIMIT_BYTES:
        raise SystemExit(f"{TARGET} is {size:,} bytes, over {LIMIT_BYTES:,}. Keep fewer characters.")
    print(f"{TARGET}: {len(face.getBestCmap()):,} characters, {size:,} bytes")


def _ranges(codes: set[int]) -> str:
    """Code points as lines of `first-last` in hexadecimal."""
    runs = groupby(enumerate(sorted(codes)), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in run] for _, run in runs]
    return "".join(f"{span[0]:X}-{span[-1]:X}\n" for span in spans)


def _rename(face: TTFont) -> None:
    for identity, text in ((1, FAMILY), (2, "Regular"), (4, FAMILY), (6, "NotoSansSC-Regular")):
        face["name"].setName(text, identity, 3, 1, 0x409)
    top = face["CFF "].cff
    top.fontNames = ["NotoSansSC-Regular"]


if __name__ == "__main__":
    make()
