from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import pytest

from tests.files.imports.identity_numbers import a_resident_id
from zoufang.core.errors import BadInput
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check

TODAY = date(2025, 8, 31)
HEAD = "借据号,客户号,姓名,证件号码,贷款余额,数据日期"


def line(number: int, balance: str = "100.00", name: str = "张建国") -> str:
    return f"DZ2024{number:06d},C{number},{name},{a_resident_id(number)},{balance},20250817"


def checked(path: Path) -> Checked:
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    return check(table, mapping, today=TODAY)


def written(path: Path, lines: list[str], encoding: str = "utf-8", bom: bytes = b"") -> Path:
    path.write_bytes(bom + "\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "bom", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("gb18030", b"", "gb18030"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
    ],
)
def test_the_encoding_is_found_and_rare_characters_survive(tmp_path: Path, encoding: str, bom: bytes, found: str):
    path = written(tmp_path / "book.csv", [HEAD, line(1, name="张䶮㛃"), line(2)], encoding, bom)
    assert read_table(path).encoding == found
    assert checked(path).good["name"].to_list() == ["张䶮㛃", "张建国"]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str):
    lines = [text.replace(",", mark) for text in (HEAD, line(1), line(2))]
    assert checked(written(tmp_path / "book.txt", lines)).good.height == 2


def test_a_gb18030_character_cut_by_a_block_of_the_file_is_not_broken(tmp_path: Path):
    lines = [HEAD, *(line(n, name="䶮" * (n % 7 + 1)) for n in range(1, 90_000))]
    result = checked(written(tmp_path / "book.csv", lines, "gb18030"))
    assert set("".join(result.good["name"].unique())) == {"䶮"}
    assert result.rejects.height == 89_999 - result.good.height


def test_titles_above_and_notes_below_are_no_records(tmp_path: Path):
    lines = ["德州银行贷款台账,,,,,", HEAD, line(1), line(2, "50.00"), "合计,,,,150.00,", "制表人：王芳,,,,,"]
    result = checked(written(tmp_path / "book.csv", lines))
    assert result.good["row"].to_list() == [3, 4]
    assert [odd.kind for odd in result.odd] == ["total", "note"]
    assert result.totals[0].agrees


def test_a_row_with_a_stray_delimiter_is_rejected_with_its_number_and_the_others_land(tmp_path: Path):
    lines = [HEAD, line(1), line(2) + ",多一列", "", line(3), "只有一列", line(4)]
    result = checked(written(tmp_path / "book.csv", lines))
    assert [(reject.row, reject.problem) for reject in result.each_reject()] == [(3, "columns"), (6, "columns")]
    assert result.good["row"].to_list() == [2, 5, 7]
    assert result.blank_rows == 1


def test_a_total_row_cut_short_is_still_a_total(tmp_path: Path):
    result = checked(written(tmp_path / "book.csv", [HEAD, line(1), "合计,,,,100.00"]))
    assert result.rejects.height == 0
    assert result.totals[0].agrees


def test_quoted_line_breaks_stay_in_their_cell(tmp_path: Path):
    path = tmp_path / "book.csv"
    broken = '"张\n建国"'
    path.write_text(f"{HEAD}\n{line(1, name=broken)}\n{line(2)}\n", encoding="utf-8")
    result = checked(path)
    assert result.good["name"].to_list() == ["张\n建国", "张建国"]
    assert result.good["row"].to_list() == [2, 3]


def test_excels_text_marks_are_taken_off(tmp_path: Path):
    first = line(1).replace("DZ2024000001", '"=""0012345678"""')
    result = checked(written(tmp_path / "book.csv", [HEAD, first, line(2).replace("DZ2024000002", "'0012345679")]))
    assert result.good["loan_key"].to_list() == ["0012345678", "0012345679"]


def test_names_destroyed_by_a_wrong_encoding_are_rejected(tmp_path: Path):
    result = checked(written(tmp_path / "book.csv", [HEAD, line(1, name="锟斤拷"), line(2, name="张\ufffd")]))
    assert [reject.problem for reject in result.each_reject()] == ["damaged", "damaged"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"  \r\n ", "is empty"),
        (b"\x00\x01\x02\x00binary", "not a text file"),
        (HEAD.encode() + b"\n\xff\xff\xff", "neither UTF-8 nor GB18030"),
        ("一句话".encode(), "no row that could be a header"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, content: bytes, says: str):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as error:
        read_table(path)
    assert "broken.csv" in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(BadInput, match="no file"):
        read_table(tmp_path / "nowhere.csv")


def test_progress_is_told_and_ends_at_the_whole(tmp_path: Path):
    path = written(tmp_path / "book.csv", [HEAD, *(line(n) for n in range(1, 60_000))])
    told: list[tuple[int, int]] = []
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    check(table, mapping, today=TODAY, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert told == sorted(told)
