"""Signs of self-harm, what is due after danger, and by whom the hold was released."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zoufang.core.safety import DutyKind
from zoufang.server.book.models import Party
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


def _somebody(null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+")


class Crisis(models.Model):
    """`whom` has shown a sign of self-harm; all collection of `party`'s debt is on hold by `stops` (CN-X12).

    Released by two people, of whom the reporter is none, and not before somebody trained has followed up.
    """

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="crises")
    whom = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="crises")
    stops = models.ManyToManyField(Stop, related_name="crises")
    reported_by = _somebody()  # empty: it came with the bank's own feed
    at = models.DateTimeField()
    followed_by = _somebody()  # who was trained, and went or rang
    followed_at = models.DateTimeField(null=True)
    followed_how = models.CharField(max_length=10, blank=True)
    sealed_follow_up = models.BinaryField(null=True)
    release_by = _somebody()
    release_at = models.DateTimeField(null=True)
    sealed_release = models.BinaryField(null=True)
    released_by = _somebody()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None) | (Q(release_by__isnull=False) & ~Q(released_by=F("release_by"))),
                name="safety_release_needs_two",
            )
        ]
        ordering = ["-at", "pk"]


class Duty(models.Model):
    """Something that must be done by `due_at`: named by what asks for it and since when, thus once."""

    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="duties")
    crisis = models.OneToOneField(Crisis, null=True, on_delete=models.PROTECT, related_name="duty")
    kind = models.CharField(
        max_length=9,
        choices=[
            (DutyKind.REPORT, _("Incident report")),
            (DutyKind.FOLLOW_UP, _("Trained follow-up")),
        ],
    )
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = _somebody()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind", "since"], name="safety_duty_once"),
            models.CheckConstraint(
                condition=Q(kind="report", visit__isnull=False) | Q(kind="follow_up", crisis__isnull=False),
                name="safety_duty_of_something",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="safety_duty_open")]
        ordering = ["due_at", "pk"]
