"""Ways in which a person does not want to be contacted; kept, and lifted by the person's own word alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core.values import Channel
from zoufang.server.book.models import Address, Party, Phone, choices
from zoufang.server.staff.models import Branch


class ContactRefusal(models.Model):
    """`channel` blank: in any way. `phone` or `address`: this number or place alone.

    In force from `since` until `until` (None: without end), or until the person's word lifts it.
    """

    class Source(models.TextChoices):
        VISIT = "visit", _("Said at a visit")
        CALL = "call", _("Said on the phone")
        COUNTER = "counter", _("Said at the counter")
        WRITING = "writing", _("In writing or online")
        LAWYER = "lawyer", _("Through a lawyer or representative")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="refusals")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    channel = models.CharField(max_length=8, choices=choices(Channel), blank=True)
    phone = models.ForeignKey(Phone, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=8, choices=Source)
    sealed_words = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_on = models.DateField(null=True)
    lifted_source = models.CharField(max_length=8, choices=Source, blank=True)
    sealed_lifting = models.BinaryField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["party", "since"], name="oversight_refusal")]
