"""What the customer said of income and spending, sealed, and what the core makes of it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from pydantic import TypeAdapter

from zoufang.core.repayment import MeansStatement, affordable
from zoufang.files.repayment_files import RepaymentTables, read_repayment_tables
from zoufang.server.agreements.models import Statement
from zoufang.server.book import vault
from zoufang.server.book.models import Party
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

MEANS = TypeAdapter(MeansStatement)


@cache
def tables() -> RepaymentTables:
    """The bank's living standards and repayment policy."""
    return read_repayment_tables(Path(settings.ZOUFANG_POLICIES) / "repayment.toml")


@transaction.atomic
def take_statement(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    means: MeansStatement,
    visit: Visit | None,
    by: User,
    on: date,
) -> Statement:
    """Keep the statement under the person's key, with the bearable range that follows from it."""
    require(by, "propose_plan", party)
    range_ = affordable(means, tables().standards)
    statement, _made = Statement.objects.get_or_create(
        id=id,
        defaults={
            "party": party,
            "visit": visit,
            "sealed": vault.seal(party.key, MEANS.dump_python(means, mode="json"), "means"),
            "low_fen": range_.low_fen,
            "high_fen": range_.high_fen,
            "reasons": [reason.as_json() for reason in range_.reasons],
            "taken_on": on,
            "by": by,
        },
    )
    return statement


def means_of(statement: Statement) -> MeansStatement:
    """The statement opened again."""
    return MEANS.validate_python(vault.unseal(statement.party.key, statement.sealed, "means"))
