"""Every word that the core may say has room in its column: PostgreSQL refuses what SQLite would let pass."""

from __future__ import annotations

from enum import StrEnum

import pytest
from django.db import models

from zoufang.core.portfolio import Bucket, FiveClass, Origin, Product
from zoufang.core.values import Channel, Purpose, Willingness
from zoufang.core.visits import Ability, ArrearsReason, Outcome, VisitState, WhoMet
from zoufang.files.fields import KEY_LENGTH, schema
from zoufang.server.book.models import Address, GivenFigure, Loan, LoanEntry, LoanState, Party
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Verdict
from zoufang.server.visiting.models import Visit

WORDS: list[tuple[type[models.Model], str, type[StrEnum]]] = [
    (Loan, "product", Product),
    (GivenFigure, "five_class", FiveClass),
    (LoanState, "five_class", FiveClass),
    (LoanState, "computed_five_class", FiveClass),
    (LoanState, "bucket", Bucket),
    (LoanState, "figure_source", Origin),
    (Verdict, "channel", Channel),
    (Verdict, "purpose", Purpose),
    (Contact, "channel", Channel),
    (Contact, "result", Outcome),
    (Visit, "state", VisitState),
    (Visit, "outcome", Outcome),
    (Visit, "met_role", WhoMet),
    (Visit, "ability", Ability),
    (Visit, "willingness", Willingness),
    (Visit, "reason", ArrearsReason),
]


@pytest.mark.parametrize(("model", "field", "words"), WORDS)
def test_each_word_fits_its_column(model, field, words):
    assert max(words, key=len) == max(words, key=len)[: model._meta.get_field(field).max_length]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Party, "source_key"),
        (Loan, "source_key"),
        (Loan, "contract_no"),
        (LoanEntry, "reference"),
        (LoanEntry, "reverses"),
    ],
)
def test_each_key_that_a_file_may_hold_fits_its_column(model, field):
    assert model._meta.get_field(field).max_length >= KEY_LENGTH


@pytest.mark.parametrize("field", ["county", "township", "village"])
def test_each_name_of_a_place_that_a_file_may_hold_fits_its_column(field):
    assert schema("loan_book").field(field).longest == Address._meta.get_field(field).max_length
