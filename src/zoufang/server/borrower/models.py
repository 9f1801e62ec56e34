"""Badges that anybody may check, how often they were checked, and words that came from the door."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.borrower.asking_models import Appointment as Appointment
from zoufang.server.borrower.asking_models import CallBack as CallBack
from zoufang.server.borrower.asking_models import ChannelWish as ChannelWish
from zoufang.server.borrower.asking_models import CodeAsk as CodeAsk
from zoufang.server.borrower.asking_models import Outgoing as Outgoing
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class Badge(models.Model):
    """The QR code on a visitor's badge holds `token`, which says nothing to whoever copies it."""

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="badge"
    )
    token = models.CharField(max_length=24, unique=True)
    made_at = models.DateTimeField()


class BadgeCheck(models.Model):
    """One question whether a visitor is from the bank. `asker`: a keyed hash of the day and the address."""

    badge = models.ForeignKey(Badge, null=True, on_delete=models.CASCADE, related_name="checks")
    asker = models.BinaryField(max_length=16)
    confirmed = models.BooleanField()
    at = models.DateTimeField(db_index=True)


class DoorWord(models.Model):
    """What somebody at the door told the bank. `sealed`: text and phone, under a key of its own."""

    class Kind(models.TextChoices):
        WRONG_PERSON = "wrong_person", _("Wrong person or address")
        OTHER_TIME = "other_time", _("Another time or way, please")
        HARDSHIP = "hardship", _("I am in difficulties")
        COMPLAINT = "complaint", _("Complaint")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=14, choices=Kind)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="door_words")
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)
    handled_note = models.CharField(max_length=200, blank=True)
