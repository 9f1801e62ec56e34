"""The printed day sheet: what stands on which part, wrapping and pages, and what never stands on it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from zoufang.core.errors import BadInput
from zoufang.files.day_sheet_pdf import (
    DaySheet,
    DoorTexts,
    Margins,
    Print,
    SheetOfficer,
    SheetStop,
    Trip,
    day_sheet_pdf,
)
from zoufang.files.route_sketch import HEIGHT_MM, WIDTH_MM, Spot, route_sketch

LONG = (
    "德州市平原县龙门街道办事处东升社区幸福里小区18号楼3单元1102室"
    "（原化肥厂家属院旧址，东门进去左转第二个胡同口对面）"
)


def a_stop(number: int = 1, **changes: Any) -> SheetStop:
    made = SheetStop(
        number=number,
        arrive="09:05",
        hours="08:30–12:00",
        name="王䶮㛃",
        address="德州市平原县龙门街道12号",
        purpose="送达催收通知书",
        role="",
        minutes=25,
        late_min=17,
        at=(37.17 + number / 100, 116.43),
    )
    return replace(made, **changes)


def a_sheet(*stops: SheetStop, **changes: Any) -> DaySheet:
    made = DaySheet(
        bank="德州银行",
        branch="平原支行",
        day=date(2026, 5, 11),
        crew="K1组",
        car="鲁N12345",
        officers=(SheetOfficer("走访一", "V001", date(2027, 3, 7), date(2027, 4, 11)),),
        trip=Trip((37.165, 116.434), "08:40", "16:20", "09:00–18:00", "74.3"),
        margins=Margins(100, 25, 3, 40, 2),
        stops=stops or (a_stop(),),
        door=DoorTexts(
            ("敲门后站在门外",), ("对其他人提及欠款",), ("已见面", "无人在家"), "96588", "0534-1234567"
        ),
        masked=False,
        print=Print("371426-20260511-0007", "王走访 V001", "2026-05-11 08:02"),
    )
    return replace(made, **changes)


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_first_part_says_why_and_names_nobody_and_the_second_names_whom_and_no_debt() -> None:
    first, second = pages_of(day_sheet_pdf([a_sheet(a_stop(role="担保人"))]))
    assert all(
        text in first for text in ("德州银行", "平原支行", "送达催收通知书", "担保人", "鲁N12345", "2027-04-11")
    )
    assert "王䶮㛃" not in first
    assert "龙门街道" not in first
    assert all(text in second for text in ("王䶮㛃", "龙门街道12号", "已见面", "无人在家", "09:05", "08:30–12:00"))
    assert not any(text in second for text in ("催收", "担保", "欠", "银行", "贷", "元"))


def test_no_cash_and_the_emergency_numbers_are_printed() -> None:
    first, second = pages_of(day_sheet_pdf([a_sheet()]))
    assert "不收现金" in first
    assert "96588" in first
    for page in (first, second):
        assert all(number in page for number in ("110", "120", "12356", "0534-1234567"))


def test_every_page_carries_who_printed_it_when_and_the_number() -> None:
    sheet = a_sheet(*(a_stop(n, address=LONG) for n in range(1, 31)))
    pages = pages_of(day_sheet_pdf([sheet]))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert page.count("371426-20260511-0007") > 2
        assert "王走访 V001" in page
        assert "2026-05-11 08:02" in page
        assert f"第 {number} 页，共 {len(pages)} 页" in page


def test_many_stops_and_long_addresses_are_all_there() -> None:
    pages = pages_of(day_sheet_pdf([a_sheet(*(a_stop(n, address=f"{LONG}{n:03}") for n in range(1, 31)))]))
    text = "".join(pages)
    assert text.count("王䶮㛃") == 30
    assert all(f"口对面）{n:03}" in text for n in range(1, 31))


def test_what_is_kept_or_only_roughly_placed_is_marked() -> None:
    stops = (a_stop(1, keep=True), a_stop(2, radius_m=1500), a_stop(3, at=None))
    first, second = pages_of(day_sheet_pdf([a_sheet(*stops)]))
    assert "★ 必须完成" in first
    assert "★" in second
    assert "约 1500 米范围内" in second
    assert "未定位" in second


def test_slack_is_told_in_words() -> None:
    text = pages_of(day_sheet_pdf([a_sheet()]))[0]
    assert "还剩 100 分钟" in text
    assert "最多可晚出发 25 分钟" in text
    assert "最多可晚出发 40 分钟，第 2 站" in text
    late = pages_of(day_sheet_pdf([a_sheet(margins=Margins(100, -3, 1))]))[0]
    assert "已无余量" in late


def test_the_english_sheet_says_the_same() -> None:
    first, second = pages_of(day_sheet_pdf([a_sheet(a_stop(purpose="Serve a demand notice"))], "en"))
    assert "No cash" in first
    assert "Serve a demand notice" in first
    assert "demand" not in second.casefold()


def test_a_character_that_the_face_lacks_leaves_a_gap_and_says_so() -> None:
    second = pages_of(day_sheet_pdf([a_sheet(a_stop(name="王🐎"))]))[1]
    assert "王〓" in second
    assert "请手写补上" in second
    assert "请手写补上" not in pages_of(day_sheet_pdf([a_sheet()]))[1]


def test_text_from_outside_is_printed_not_run() -> None:
    assert '#panic("x")' in pages_of(day_sheet_pdf([a_sheet(a_stop(address='#panic("x")'))]))[1]


def test_several_crews_have_pages_of_their_own_each_with_its_number() -> None:
    other = a_sheet(crew="K2组", print=Print("371426-20260511-0008", "王走访 V001", "2026-05-11 08:02"))
    pages = pages_of(day_sheet_pdf([a_sheet(), other]))
    assert [("0007" in page, "0008" in page) for page in pages] == [(True, False)] * 2 + [(False, True)] * 2
    assert "第 1 页，共 2 页" in pages[2]


def test_without_a_crew_there_is_nothing_to_print() -> None:
    with pytest.raises(BadInput):
        day_sheet_pdf([])


def test_the_sketch_has_north_up_and_stays_within_its_frame() -> None:
    drawn = route_sketch((37.0, 116.0), [Spot(1, 37.2, 116.1), Spot(2, 36.9, 115.8, radius_m=50_000)])
    assert drawn is not None
    one, two = drawn["spots"]
    assert one["y"] < drawn["depot"]["y"] < two["y"]
    assert two["x"] < drawn["depot"]["x"] < one["x"]
    assert all(0 < spot["x"] < WIDTH_MM and 0 < spot["y"] < HEIGHT_MM for spot in drawn["spots"])
    assert two["r"] <= HEIGHT_MM / 2


def test_the_bar_of_the_sketch_is_true_to_its_scale() -> None:
    drawn = route_sketch((37.0, 116.0), [Spot(1, 37.1, 116.0)])
    assert drawn is not None
    mm_a_metre = (drawn["depot"]["y"] - drawn["spots"][0]["y"]) / 11_132
    assert drawn["bar"]["text"] == "5 km"
    assert drawn["bar"]["mm"] == pytest.approx(5_000 * mm_a_metre, abs=0.1)


def test_without_a_placed_door_there_is_no_sketch() -> None:
    assert route_sketch((37.0, 116.0), []) is None
