"""A guarantor's written consent to changed terms of a loan (民法典 695)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.book.models import Loan, Party
from zoufang.server.staff.models import Branch


class GuarantorConsent(models.Model):
    """What the guarantor signed: up to which amount in all and until which day. Counts once confirmed.

    `scan_digest`: SHA-256 of the signed paper, which lies sealed with the guarantor's key.
    """

    class How(models.TextChoices):
        COUNTER = "counter", _("Signed at the counter, identity checked")
        DOOR = "door", _("Signed at a visit, before both visitors")
        NOTARY = "notary", _("Before a notary")
        ONLINE = "online", _("Signed online with a certified signature")

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="consents")
    guarantor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    most_fen = models.BigIntegerField()
    until = models.DateField()
    signed_on = models.DateField()
    how = models.CharField(max_length=8, choices=How)
    scan_digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=200, blank=True)
    void_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    void_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("by")),
                name="agreements_consent_needs_two",
            ),
        ]

    @property
    def counts(self) -> bool:
        return self.confirmed_at is not None and self.void_at is None
