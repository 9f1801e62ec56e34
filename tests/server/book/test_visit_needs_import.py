"""A loan book may tell which language a customer needs; what staff noted stands above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.server.book.book_files import LI, LOAN_BOOK, ZHANG, take_in
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.values import Gender, Language
from zoufang.files.mapping import ColumnRule
from zoufang.server.book.models import Party, RejectedRow, VisitNeeds
from zoufang.server.book.visit_needs import AskedFor, note_visit_needs, visit_needs_of

pytestmark = pytest.mark.django_db
NEW = {"language_needed": "沟通语言", "officer_gender_needed": "外访人员性别要求"}


MAPPING = replace(
    LOAN_BOOK, columns=(*LOAN_BOOK.columns, *(ColumnRule(field, header) for field, header in NEW.items()))
)


@pytest.fixture(autouse=True)
def bank(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    return a_bank()


def row(base, language="", gender="", **more):
    return base | {"language_needed": language, "officer_gender_needed": gender} | more


def asked_by(key):
    party = Party.objects.get(source_key=key)
    return visit_needs_of([party.pk]).get(party.pk)


def test_a_column_of_the_loan_book_tells_it_and_an_empty_cell_nothing(tmp_path):
    batch = take_in(tmp_path, mapping=MAPPING, rows=[row(ZHANG, "客家话", "女"), row(LI)])
    assert asked_by("C-1") == AskedFor(Language.HAKKA, Gender.FEMALE, basis=batch.file_name)
    assert VisitNeeds.objects.count() == 1
    assert b"hak" not in bytes(VisitNeeds.objects.get().sealed)


def test_a_word_that_is_no_language_is_rejected_by_column(tmp_path):
    take_in(tmp_path, mapping=MAPPING, rows=[row(ZHANG, "火星话"), row(LI)])
    assert [reject.column for reject in RejectedRow.objects.all()] == ["沟通语言"]
    assert not VisitNeeds.objects.exists()


def test_a_later_file_tells_it_anew_but_never_against_what_staff_noted(tmp_path):
    take_in(tmp_path, mapping=MAPPING, rows=[row(ZHANG, "客家话"), row(LI, "粤语")])
    zhang = Party.objects.get(source_key="C-1")
    own = AskedFor(language=Language.WU, basis="本人 5 月 11 日")
    note_visit_needs(party=zhang, asked=own, by=a_member("planner"), on=TODAY, at=NOW)
    later = {"as_of": (TODAY + timedelta(days=1)).isoformat()}
    take_in(
        tmp_path,
        mapping=MAPPING,
        rows=[row(ZHANG, "晋语", **later), row(LI, "晋语", **later)],
        today=TODAY + timedelta(days=1),
    )
    assert asked_by("C-1") == own
    assert asked_by(LI["customer_key"]).language is Language.JIN
