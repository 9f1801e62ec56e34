"""Studies and their draws."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.book.models import Party
from zoufang.server.staff.models import Branch


class Study(models.Model):
    """One comparison: drawn before planning, frozen when its window ends."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    opened_on = models.DateField()
    window_end = models.DateField()
    seed = models.BigIntegerField()
    design = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    frozen_on = models.DateField(null=True)
    snapshot = models.JSONField(null=True)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    report = models.JSONField(null=True)


class Assignment(models.Model):
    """Which arm chance gave a customer, with what probability; never changed afterwards."""

    class Arm(models.TextChoices):
        HOLD_OUT = "hold_out", _("Held out")
        MUST_VISIT = "must_visit", _("Must visit")
        FREE = "free", _("Free pool")
        EXCLUDED = "excluded", _("Drawn out first")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="assignments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="assignments")
    arm = models.CharField(max_length=10, choices=Arm)
    probability = models.FloatField()
    stratum = models.CharField(max_length=40, blank=True)
    cluster = models.CharField(max_length=64, blank=True)
    draw_hash = models.CharField(max_length=64)
    reason = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "party"], name="studies_drawn_once")]
