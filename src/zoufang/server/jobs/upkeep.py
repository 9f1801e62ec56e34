"""Recurring work of the house: take up what a dead worker left, let go what is over, anchor the audit chains."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command

from zoufang.server.audit.anchors import keep_anchors
from zoufang.server.jobs.models import UNFINISHED, Job
from zoufang.server.jobs.running import at_work
from zoufang.server.jobs.services import take_up_lost
from zoufang.server.jobs.ticks import Tick, add_tick

KEPT = timedelta(days=30)


def register() -> None:
    add_tick(Tick("lost_jobs", timedelta(seconds=20), _lost))
    add_tick(Tick("old_jobs", timedelta(hours=6), forget_old))
    add_tick(Tick("audit_anchors", timedelta(hours=1), keep_anchors))


def _lost(at: datetime) -> int:
    return take_up_lost(at, besides=frozenset(at_work))


def forget_old(at: datetime) -> int:
    """What was done stands in the audit trail; the rows of its running are kept for a month."""
    gone, _ = Job.objects.filter(ended_at__lt=at - KEPT).exclude(state__in=UNFINISHED).delete()
    if settings.ZOUFANG_JOBS_APART:
        call_command("prune_db_task_results", min_age_days=KEPT.days, verbosity=0)
    call_command("clearsessions", verbosity=0)
    return gone
