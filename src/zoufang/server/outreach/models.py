"""Calls, messages and letters. Visits stand in visiting and are read beside these."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from zoufang.core.values import Channel, PartyRole
from zoufang.server.book.models import ImportBatch, Party, Phone, choices


class Contact(models.Model):
    """One attempt to reach someone about a debtor's loans; appended, never edited.

    `target` is the co-debtor, guarantor or other party who was called or written to (empty: the debtor).
    """

    id = models.UUIDField(primary_key=True)
    debtor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contacts")
    target = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    reached_role = models.CharField(max_length=12, choices=choices(PartyRole), default=PartyRole.DEBTOR)
    channel = models.CharField(max_length=8, choices=choices(Channel))
    phone = models.ForeignKey(Phone, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    reached = models.BooleanField()
    result = models.CharField(max_length=20, blank=True)
    sealed_note = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT)
    simulated = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["debtor", "at"], name="outreach_contact_at")]
