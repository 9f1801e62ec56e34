"""The one face that documents are printed with, and the check that it can draw a text."""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

import zoufang
from zoufang.core.errors import BadInput

FOLDER = Path(zoufang.__file__).parent / "fonts"
NAME = "NotoSansSC-Regular"
GAP = "〓"


def require_drawable(texts: Iterable[str]) -> None:
    """BadInput naming the characters that the face lacks: a name printed with a hole in it is not signed."""
    drawn = characters()
    lacking = sorted({char for text in texts for char in text if ord(char) not in drawn and char != "\n"})
    if lacking:
        named = ", ".join(f"{char} (U+{ord(char):04X})" for char in lacking)
        raise BadInput(
            f"The document face cannot draw {named}. Write the name by hand, or add a face that has it."
        )


def with_gaps(text: str) -> str:
    """For papers that nobody signs: what the face lacks stands as 〓, to be written in by hand."""
    drawn = characters()
    return "".join(char if ord(char) in drawn or char == "\n" else GAP for char in text)


@cache
def characters() -> frozenset[int]:
    lines = (FOLDER / f"{NAME}.characters").read_text(encoding="ascii").split()
    spans = [line.split("-") for line in lines]
    return frozenset(code for first, last in spans for code in range(int(first, 16), int(last, 16) + 1))


@cache
def fonts() -> typst.Fonts:
    """Our face alone: neither the system's nor Typst's own, so that every machine prints the same."""
    folder = _unpacked()
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder.name])


@cache
def _unpacked() -> TemporaryDirectory[str]:
    """Typst reads faces from folders; this one lives as long as the process."""
    folder = TemporaryDirectory(prefix="zoufang-face-")
    packed = (FOLDER / f"{NAME}.otf.xz").read_bytes()
    (Path(folder.name) / f"{NAME}.otf").write_bytes(lzma.decompress(packed))
    return folder
