"""A paper of a visit as PDF: what must stand on it, and that the same contents give the same bytes."""

from __future__ import annotations

import tomllib

import pytest

from zoufang.core.errors import Conflict
from zoufang.core.visits import PaperKind
from zoufang.files.paper_pdf import FOLDER, TEMPLATE_VERSION, _data, paper_pdf

CONTENTS = {
    "creditor": "德州银行 平原支行", "debtor": "张三丰", "contract": "HT-1", "as_of": "2026-11-20",
    "contact": "95500",
    "principal_fen": 2_800_000, "interest_fen": 150_000, "fees_fen": 0, "total_fen": 2_950_000,
    "amount_fen": 100_000, "bad_since": "2026-08-01", "officers": ["王芳 V001", "李强 V002"], "case": "AB12",
    "valid_on": "2026-11-20", "begun": "2026-11-20 10:00", "ended": "2026-11-20 10:20", "place": "平原县一号",
    "who_met": "debtor", "outcome": "met", "paper_number": "PY-2026-000001", "served_on": "2026-11-20",
    "way": "signed", "pay_on": "2026-12-01", "channel": "counter",
}  # fmt: skip
THREATS = (
    "威胁",
    "坐牢",
    "逮捕",
    "曝光",
    "后果自负",
    "列入黑名单",
    "arrest",
    "prison",
    "consequences",
    "blacklist",
)


def wording(language):
    return tomllib.loads((FOLDER / f"paper.{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PaperKind)
def test_each_kind_prints_in_both_languages_and_the_same_again(kind, language):
    first = paper_pdf("PY-2026-000001", kind, CONTENTS, language=language)
    assert first.startswith(b"%PDF-")
    assert first == paper_pdf("PY-2026-000001", kind, CONTENTS, language=language)


def test_another_amount_gives_other_bytes():
    other = CONTENTS | {"fees_fen": 1}
    assert paper_pdf("N1", PaperKind.DEMAND, CONTENTS) != paper_pdf("N1", PaperKind.DEMAND, other)


def test_a_demand_names_each_amount_in_capitals_too():
    amounts = _data("N1", PaperKind.DEMAND, CONTENTS, wording("zh"))["amounts"]
    assert amounts[-1] == ["合计", "29,500.00", "人民币贰万玖仟伍佰元整"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PaperKind)
def test_no_paper_threatens_nor_leaves_a_gap_in_its_text(kind, language):
    text = str(_data("N1", kind, CONTENTS, wording(language)))
    assert not [word for word in THREATS if word in text]
    assert not any("{" + name + "}" in text for name in CONTENTS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_of_authority_is_silent_about_any_debt(language):
    text = str(_data("N1", PaperKind.AUTHORITY, CONTENTS, wording(language)))
    assert not [
        word for word in ("张三丰", "逾期", "欠", "贷款", "催收", "debt", "loan", "overdue") if word in text
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wording_carries_the_version_under_which_papers_are_made(language):
    assert wording(language)["version"] == TEMPLATE_VERSION


def test_a_paper_of_another_template_is_not_printed_under_this_one():
    with pytest.raises(Conflict, match="another template"):
        paper_pdf("N1", PaperKind.DEMAND, CONTENTS, version="2020-01")
