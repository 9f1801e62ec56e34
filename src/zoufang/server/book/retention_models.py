"""Legal holds, and deletions from their proposal to the certificate."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.models import Branch


def _somebody(null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+")


class LegalHold(models.Model):
    """Nothing of this person is deleted while it is in force (CN-D: complaint, dispute, litigation, audit)."""

    class Ground(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        DISPUTE = "dispute", _("Dispute")
        LITIGATION = "litigation", _("Litigation or enforcement")
        AUDIT = "audit", _("Audit or regulator")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey("book.Party", on_delete=models.PROTECT, related_name="holds")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    ground = models.CharField(max_length=10, choices=Ground)
    reference = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)
    set_by = _somebody(null=False)
    set_at = models.DateTimeField()
    ended_by = _somebody()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "pk"]


class Deletion(models.Model):
    """What is due by the retention periods. `checked_by` and `approved_by` are two people; then it is done.

    `party` is empty for a kind that is deleted by rows; `rows` are then their ids.
    """

    class State(models.TextChoices):
        DUE = "due", _("Due, to be checked")
        CHECKED = "checked", _("Checked, waits for a second person")
        DONE = "done", _("Deleted")
        KEPT = "kept", _("Kept by decision")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)
    party = models.ForeignKey("book.Party", null=True, on_delete=models.PROTECT, related_name="deletions")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    rows = models.JSONField(default=list)
    ended_on = models.DateField()
    due_on = models.DateField()
    policy = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    proposed_at = models.DateTimeField()
    checked_by = _somebody()
    checked_at = models.DateTimeField(null=True)
    approved_by = _somebody()
    approved_at = models.DateTimeField(null=True)
    kept_why = models.CharField(max_length=200, blank=True)
    certificate = models.JSONField(default=dict)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("checked_by")), name="book_deletion_needs_two"
            ),
            models.UniqueConstraint(
                fields=["kind", "party"],
                condition=Q(state__in=("due", "checked"), party__isnull=False),
                name="book_deletion_proposed_once",
            ),
        ]
