"""One watch for each visit that was begun or called for help, who was told, and what left the bank."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core.errors import NotFound
from zoufang.core.safety import Rung
from zoufang.core.values import RiskLevel
from zoufang.server.book.models import choices
from zoufang.server.safety.crisis_models import Crisis as Crisis
from zoufang.server.safety.crisis_models import Duty as Duty
from zoufang.server.safety.incident_models import NOTHING as NOTHING
from zoufang.server.safety.incident_models import ClosedPlace as ClosedPlace
from zoufang.server.safety.incident_models import Incident as Incident
from zoufang.server.safety.incident_models import RefusedStop as RefusedStop
from zoufang.server.safety.incident_models import Rest as Rest
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit

RUNGS = {
    Rung.CREW_MATE: _("Crew mate"),
    Rung.SUPERVISOR: _("Supervisor"),
    Rung.MANAGER: _("Manager"),
    Rung.COMPLIANCE: _("Compliance officer"),
}


class Watch(models.Model):
    """What the server knows of a visit's safety; times by the bank's clock as the server heard of them."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="watch")
    level = models.CharField(max_length=6, choices=choices(RiskLevel))
    started = models.DateTimeField()
    expected_minutes = models.PositiveSmallIntegerField()
    last_heard = models.DateTimeField()
    sos_at = models.DateTimeField(null=True)
    sos_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lat = models.FloatField(null=True)  # WGS-84, the last that was told
    lon = models.FloatField(null=True)
    position_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)  # empty: still watched


class Extension(models.Model):
    """The visitor said that it takes longer; the id comes from the form, so that a second arrival adds nothing."""

    id = models.UUIDField(primary_key=True)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="extensions")
    minutes = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Closing(models.Model):
    """A named person has made sure of the crew and says how."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="closings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=300)
    was_sos = models.BooleanField()


class Escalation(models.Model):
    """`rung` was told of one silence, SOS or duty, named by `since`, when it began: none is told twice of it."""

    class Kind(models.TextChoices):
        SILENCE = "silence", _("Nothing heard")
        SOS = "sos", _("SOS")
        CRISIS = "crisis", _("Sign of self-harm")
        REPORT = "report", _("Incident report overdue")
        FOLLOW_UP = "followup", _("Follow-up of a sign of self-harm overdue")

    watch = models.ForeignKey(Watch, null=True, on_delete=models.PROTECT, related_name="escalations")
    duty = models.ForeignKey(Duty, null=True, on_delete=models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=8, choices=Kind)
    since = models.DateTimeField()
    rung = models.CharField(max_length=10, choices=list(RUNGS.items()))
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    last_heard = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # a sign of life, the end or a closing made it history
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # by the adapter, where the bank has set one
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "kind", "since", "rung"], name="safety_told_once"),
            models.UniqueConstraint(fields=["duty", "kind", "rung"], name="safety_reminded_once"),
            models.CheckConstraint(
                condition=models.Q(watch__isnull=False, duty=None) | models.Q(watch=None, duty__isnull=False),
                name="safety_told_of_something",
            ),
        ]
        ordering = ["raised_at", "pk"]

    @property
    def visit(self) -> Visit | None:
        """None: a sign of self-harm that did not show at a visit."""
        about = self.duty or self.watch
        return about.visit if about is not None else None

    @property
    def branch(self) -> Branch:
        if self.duty is not None:
            return self.duty.branch
        if self.watch is None:
            raise NotFound("This call is about nothing: neither a visit nor a duty.")
        return self.watch.visit.branch
