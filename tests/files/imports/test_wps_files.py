"""WPS saves .et and .ett in one of two containers; the content decides, and what cannot be read says why."""

from __future__ import annotations

import shutil
import struct
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from zoufang.core.errors import BadInput
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import check

OLD = Path(__file__).parent / "fixtures" / "old-format.xls"
SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def new_form(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["借据号", "客户号", "姓名", "贷款余额", "逾期天数", "数据日期"])
    book.active.append(["DZ-1", "C-1", "张三", "100.00", 5, "2025-08-17"])
    with path.open("wb") as file:
        book.save(file)
    return path


def an_ole_file(path: Path, *streams: str) -> Path:
    """[MS-CFB]: header, one sector table, one directory that names the streams."""
    header = bytearray(SECTOR)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, END, 0, END, 0)
    struct.pack_into("<109I", header, 76, 0, *[FREE] * 108)
    table = struct.pack("<128I", TABLE, END, *[FREE] * 126)
    entries = b"".join(_entry(name, 5 if i == 0 else 2) for i, name in enumerate(("Root Entry", *streams)))
    path.write_bytes(bytes(header) + table + entries.ljust(SECTOR, b"\0"))
    return path


def _entry(name: str, kind: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    entry = bytearray(128)
    entry[: len(text)] = text
    struct.pack_into("<HBB", entry, 64, len(text), kind, 1)
    struct.pack_into("<II", entry, 116, END, 0)
    return bytes(entry)


@pytest.mark.parametrize("ending", ["et", "ett", "ET"])
@pytest.mark.parametrize(("container", "form"), [("old", "xls"), ("new", "xlsx")])
def test_both_containers_are_read_under_the_endings_of_wps(tmp_path, ending, container, form):
    path = tmp_path / f"台账.{ending}"
    shutil.copy(OLD, path) if container == "old" else new_form(path)
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    assert table.form == form
    assert check(table, mapping, today=date(2025, 8, 31)).good.height > 0


@pytest.mark.parametrize("ending", ["et", "xlsx"])
def test_a_workbook_with_a_password_is_told_as_such(tmp_path, ending):
    path = an_ole_file(tmp_path / f"locked.{ending}", "EncryptionInfo", "EncryptedPackage")
    with pytest.raises(BadInput, match="protected by a password"):
        read_table(path)


def test_an_ole_file_of_another_program_is_told_as_such(tmp_path):
    with pytest.raises(BadInput, match="holds no workbook"):
        read_table(an_ole_file(tmp_path / "letter.et", "WordDocument"))


@pytest.mark.parametrize("keep", [9, 600, 3000])
def test_a_damaged_old_container_is_a_clear_error(tmp_path, keep):
    path = tmp_path / "cut.et"
    path.write_bytes(OLD.read_bytes()[:keep])
    with pytest.raises(BadInput, match=r"cut\.et"):
        read_table(path)


def test_a_damaged_new_container_is_a_clear_error(tmp_path):
    path = new_form(tmp_path / "cut.et")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadInput, match=r"cut\.et is damaged"):
        read_table(path)
