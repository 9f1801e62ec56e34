"""The chain: lines of one branch and day hang together; a closed day's root goes into the next day."""

from __future__ import annotations

from django.db import models


class AuditDay(models.Model):
    """One link per branch and day. `root` is set when the day is closed; closed days never reopen."""

    branch_code = models.CharField(max_length=20)
    day = models.DateField()
    previous_root = models.CharField(max_length=64, blank=True)
    lines = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch_code", "day"], name="audit_one_day")]


class AuditLine(models.Model):
    """Ids and hashes only, never personal data, so that deleting a person leaves the chain whole."""

    day = models.ForeignKey(AuditDay, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "number"], name="audit_one_line")]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")]
