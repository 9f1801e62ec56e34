"""Studies and their draws."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core.evaluation import Arm
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


class Measure(models.TextChoices):
    """What is compared. One so far: the evaluation estimates this one."""

    RECEIVED = "received", _("Money received in the window, per customer assigned")


class Proposal(models.Model):
    """A study as asked for; drawn once a manager and a compliance officer signed, neither the proposer."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for signatures")
        SIGNED = "signed", _("Signed, to be drawn")
        DRAWN = "drawn", _("Drawn")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    capacity = models.PositiveIntegerField()
    window_days = models.PositiveSmallIntegerField()
    hold_out_percent = models.PositiveSmallIntegerField()
    must_visit_percent = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=10, choices=Measure, default=Measure.RECEIVED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_on = models.DateField()
    manager_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    manager_at = models.DateTimeField(null=True)
    compliance_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    compliance_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    refused_why = models.CharField(max_length=200, blank=True)
    study = models.OneToOneField(Study, null=True, on_delete=models.PROTECT, related_name="proposal")


class Assignment(models.Model):
    """What chance said for one customer, with all that is needed to replay it; never changed afterwards."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="assignments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="assignments")
    arm = models.CharField(max_length=10, choices=[(arm.value, arm.value) for arm in Arm])
    probability = models.FloatField()
    p_hold_out = models.FloatField()
    stratum = models.CharField(max_length=40, blank=True)
    household = models.CharField(max_length=110)
    drawn_on = models.DateField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "party"], name="studies_drawn_once")]
