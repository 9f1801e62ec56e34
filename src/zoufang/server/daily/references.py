"""Whom a number on one of the bank's letters is about."""

from __future__ import annotations

from zoufang.server.book.models import Party
from zoufang.server.papers.models import Paper


def party_of(reference: str) -> Party | None:
    """The person to whom the paper of this number is addressed; None where there is no such paper."""
    rows = Paper.objects.filter(number=reference.strip()).select_related("party__branch", "visit__target__branch")
    paper = rows.first()
    if paper is None:
        return None
    return paper.visit.whom if paper.visit.target_id is not None else paper.party
