"""Papers as rules and lists read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet

from zoufang.core.values import PartyRole
from zoufang.core.visits import PaperKind, PaperStep, Signer, limitation_restarts_on
from zoufang.server.papers.models import Paper
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

RECEIPT_WITHIN = timedelta(days=15)


def papers_of(visit_id: UUID, by: User) -> QuerySet[Paper]:
    """With their steps; in the order in which they were made."""
    require(by, "see_paper")
    rows = Paper.objects.filter(scope(by), visit=visit_id)
    return rows.select_related("party", "branch", "loan").prefetch_related("steps__by")


def seals_asked(by: User) -> QuerySet[Paper]:
    require(by, "confirm_seal")
    return Paper.objects.filter(scope(by), step=PaperStep.SEAL_ASKED).select_related("party", "branch")


def without_receipt(by: User, today: date) -> QuerySet[Paper]:
    """Posted more than 15 days ago, and nothing has come since."""
    require(by, "see_paper")
    rows = Paper.objects.filter(scope(by), step=PaperStep.POSTED).annotate(posted_on=Max("steps__on"))
    return rows.filter(posted_on__lt=today - RECEIPT_WITHIN).select_related("party", "branch")


def demanded_on(ids: Iterable[UUID]) -> dict[UUID, list[tuple[date, Paper]]]:
    """By loan: the days on which a paper of grade A or B reached the debtor's side, and which (CN-S2, CN-S3).

    A demand on the guarantor, or one that only the guarantor signed, leaves the debtor's own clock alone.
    """
    papers = Paper.objects.filter(
        party__in=list(ids), kind__in=(PaperKind.DEMAND, PaperKind.PROMISE), loan__isnull=False
    )
    own = papers.exclude(visit__target_role=PartyRole.GUARANTOR).exclude(steps__signer=Signer.GUARANTOR)
    found: dict[UUID, list[tuple[date, Paper]]] = defaultdict(list)
    for paper in own.prefetch_related("steps"):
        on = limitation_restarts_on([paper.course])
        if on is not None and paper.loan_id is not None:
            found[paper.loan_id].append((on, paper))
    return found
