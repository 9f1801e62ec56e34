"""Who signs an agreement about a loan."""

from __future__ import annotations

from django.conf import settings

from zoufang.core.repayment import Signatories
from zoufang.core.values import mask_id
from zoufang.server.book.models import Loan


def signatories_of(loan: Loan) -> Signatories:
    """The bank and the debtor in full, the resident ID masked; `loan` comes with debtor and branch."""
    identity = loan.debtor.identity
    return Signatories(
        bank=settings.ZOUFANG_BANK,
        branch=loan.branch.name,
        debtor=str(identity["name"]),
        debtor_id_masked=mask_id(str(identity.get("id_no") or "")),
        contract_no=loan.contract_no or loan.source_key,
        hotline=settings.ZOUFANG_HOTLINE,
    )
