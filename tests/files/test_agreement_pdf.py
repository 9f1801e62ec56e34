from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.repayment import Agreement, draft_agreement
from zoufang.files.agreement_pdf import agreement_pdf
from zoufang.files.capital_amount import capital_amount
from zoufang.files.face import FOLDER, characters, require_drawable
from zoufang.files.json_values import read_json
from zoufang.files.propose_files import ProposeInput, proposal_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "propose-input.json"


def an_agreement(**changes: Any) -> Agreement:
    given = read_json(EXAMPLE, ProposeInput)
    assert given.signatories is not None
    offer = proposal_of(given, date(2026, 11, 24)).offers[0]
    made = draft_agreement(offer, given.case, given.policy, given.signatories, number="德银还字第1号")
    return replace(made, **changes)


def printed(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_the_chinese_agreement_names_the_parties_and_every_amount() -> None:
    agreement = an_agreement()
    text = printed(agreement_pdf(agreement))
    assert "个性化分期还款协议" in text
    assert "王䶮㛃" in text
    assert "人民币叁万壹仟伍佰元整" in text
    assert capital_amount(agreement.total_fen) in text
    assert all(part.due.isoformat() in text for part in agreement.instalments)
    assert "不向任何银行申请信用卡" in text
    assert "待银行核心系统确认" in text


def test_the_english_agreement_says_the_same() -> None:
    text = printed(agreement_pdf(an_agreement(), "en"))
    assert "Individual Instalment Repayment Agreement" in text
    assert "31,500.00" in text
    assert "undertakes not to apply" in text


def test_a_confirmed_agreement_no_longer_awaits() -> None:
    assert "待银行核心系统确认" not in printed(agreement_pdf(an_agreement(awaiting_confirmation=False)))


def test_an_interest_free_agreement_says_that_nothing_accrues() -> None:
    assert "不再计收利息和费用" in printed(agreement_pdf(an_agreement(annual_rate_bp=0)))


def test_the_same_agreement_gives_the_same_bytes_later() -> None:
    first = agreement_pdf(an_agreement())
    time.sleep(1.1)  # a creation time would show
    assert agreement_pdf(an_agreement()) == first


def test_only_our_own_face_is_embedded() -> None:
    reader = PdfReader(io.BytesIO(agreement_pdf(an_agreement())))
    names = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}
    assert names
    assert all("NotoSansSC" in name for name in names)


def test_a_character_that_the_face_lacks_is_named() -> None:
    agreement = an_agreement()
    rare = replace(agreement, signatories=replace(agreement.signatories, debtor="王\U00030edd\U000302a0"))
    with pytest.raises(BadInput, match=r"U\+302A0"):
        agreement_pdf(rare)


def test_an_incomplete_agreement_is_not_printed() -> None:
    with pytest.raises(Conflict, match="undertaking"):
        agreement_pdf(an_agreement(no_new_cards=False))


def test_text_from_outside_is_printed_not_run() -> None:
    sly = an_agreement(other_matters=('#panic("x") $1 + 1$ *粗*',))
    assert '#panic("x")' in printed(agreement_pdf(sly))


def test_the_face_holds_the_characters_of_names_and_its_licence_lies_beside_it() -> None:
    require_drawable(["䶮㛃犇堃喆𫖯𬍡·"])
    assert set(range(0x4E00, 0x9FA6)) <= characters()
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 6_000_000


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]
