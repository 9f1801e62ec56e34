"""Pieces of work, and when each recurring one is due."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.models import Branch

NOTE_LEVELS = [("info", "info"), ("success", "success"), ("error", "error")]


class Job(models.Model):
    """One piece of work. Times are the machine's own, for a simulated bank turns its clock."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Ended with an error")
        REFUSED = "refused", _("Refused")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    arguments = models.JSONField(default=dict)  # ids, days and seeds only
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    text = models.JSONField(null=True)
    stop_asked = models.BooleanField(default=False)
    result_page = models.CharField(max_length=40, blank=True)
    result_id = models.CharField(max_length=40, blank=True)
    note = models.JSONField(null=True)
    note_level = models.CharField(max_length=8, choices=NOTE_LEVELS, default="info")
    error = models.JSONField(default=list)
    error_code = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    task_id = models.CharField(max_length=40, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=("waiting", "running")), name="jobs_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["by", "state"], name="jobs_mine")]

    @property
    def about(self) -> str:
        """The day that it is about; "" where it is about none."""
        return str(self.arguments.get("day") or self.arguments.get("to") or "")

    @property
    def over(self) -> bool:
        return self.state not in UNFINISHED


UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)


class TickState(models.Model):
    """When a recurring piece of work is due; who moves `due_at` forward has claimed it."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
