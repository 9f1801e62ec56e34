"""Counsel's leave to contact somebody about a debt at law, or the heirs of a debtor who died."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zoufang.core.values import Channel
from zoufang.server.book.models import Party
from zoufang.server.staff.models import Branch


class CounselLeave(models.Model):
    """It counts once a second person has confirmed it, from `since` to `until`, until somebody ends it.

    `channels`: codes of Channel. `limits`: what may be said and what not; no names.
    """

    class Whom(models.TextChoices):
        DEBTOR = "debtor", _("The debtor")
        PERSON = "person", _("One other person who stands in the debt")
        ALL = "all", _("Everybody who stands in the debt")

    id = models.UUIDField(primary_key=True)
    debtor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="leaves")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    whom = models.CharField(max_length=6, choices=Whom)
    person = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    channels = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    counsel = models.CharField(max_length=60)
    reference = models.CharField(max_length=60)
    limits = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")), name="disposal_leave_needs_two"
            ),
            models.CheckConstraint(
                condition=Q(whom="person", person__isnull=False) | (~Q(whom="person") & Q(person=None)),
                name="disposal_leave_names_person",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="disposal_leave_days"),
        ]
        indexes = [models.Index(fields=["debtor", "until"], name="disposal_leave_debtor")]
        ordering = ["-since", "pk"]

    def covers(self, target: Party, channel: Channel | None) -> bool:
        """Whether it lets `target` be contacted; without a named channel it must cover them all."""
        if channel is None and set(self.channels) != set(Channel):
            return False
        if channel is not None and channel not in self.channels:
            return False
        if self.whom == self.Whom.ALL:
            return True
        return target.pk == (self.debtor_id if self.whom == self.Whom.DEBTOR else self.person_id)
