"""A paper of a visit as a printable PDF, in Chinese or English, the same bytes for the same contents."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from zoufang.core.errors import Conflict
from zoufang.core.values import Message, format_yuan, gettext_noop
from zoufang.core.visits import PaperKind
from zoufang.files.capital_amount import capital_amount
from zoufang.files.face import fonts, require_drawable

FOLDER = Path(__file__).parent / "typst"
TEMPLATE_VERSION = "2026-11"
Language = Literal["zh", "en"]


def paper_pdf(
    number: str,
    kind: PaperKind,
    contents: Mapping[str, Any],
    *,
    version: str = TEMPLATE_VERSION,
    language: Language = "zh",
) -> bytes:
    """The PDF. Conflict for a paper of another template version, BadInput for a character that the face lacks."""
    if version != TEMPLATE_VERSION:
        text = gettext_noop("Paper %(number)s was made for another template. Void it and make a new one.")
        raise Conflict(Message(text, {"number": number}))
    wording = tomllib.loads((FOLDER / f"paper.{language}.toml").read_text(encoding="utf-8"))
    data = _data(number, kind, contents, wording)
    require_drawable(_texts(data))
    return typst.compile(
        FOLDER / "paper.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "language": language},
    )


def _data(number: str, kind: PaperKind, contents: Mapping[str, Any], wording: dict[str, Any]) -> dict[str, Any]:
    own = wording["kind"][kind.value]
    shown = {name: _shown(value, wording) for name, value in contents.items()}
    return {
        "number": number,
        "title": own["title"],
        "rows": [[wording["fields"][name], shown[name]] for name in own["rows"] if name in shown],
        "amounts": [
            [wording["fields"][name], format_yuan(contents[name]), capital_amount(contents[name])]
            for name in own["amounts"]
        ],
        "paragraphs": [_filled(text, shown) for text in own["paragraphs"]],
        "signs": own["signs"],
        "sealed": own["sealed"],
        "strip": own["strip"],
    }


def _shown(value: Any, wording: dict[str, Any]) -> str:
    if isinstance(value, list):
        return str(wording["between"]).join(value)
    return str(wording["values"].get(value, value))


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _texts(value: Any) -> Iterator[str]:
    """Every text that will be printed, however deep it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
