"""Messages to borrowers, codes for their own history, appointments, wishes how to be reached, call-backs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core.values import Channel, Purpose
from zoufang.server.book.models import Party, Phone, choices
from zoufang.server.oversight.models import Verdict
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class Outgoing(models.Model):
    """A message for the bank's own SMS gate. `sealed`: its text, under a key of its own, until it is forgotten."""

    class Kind(models.TextChoices):
        CODE = "code", _("One-time code")
        APPOINTMENT = "appointment", _("Appointment")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    phone = models.ForeignKey(Phone, null=True, on_delete=models.SET_NULL, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField(null=True)
    at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)


class CodeAsk(models.Model):
    """Somebody asks for a code to see the contacts under a reference, which is kept as a keyed hash."""

    class Result(models.TextChoices):
        SENT = "sent", _("Code sent")
        NOBODY = "nobody", _("No such reference")
        NO_PHONE = "no_phone", _("No registered phone")
        SHARED = "shared", _("Phone registered for several people")
        STOPPED = "stopped", _("A stop forbids it")
        ENOUGH = "enough", _("Enough codes for one day")

    id = models.UUIDField(primary_key=True)
    reference = models.BinaryField(max_length=16)
    asker = models.BinaryField(max_length=16)
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE, related_name="+")
    code = models.BinaryField(max_length=16)
    result = models.CharField(max_length=8, choices=Result)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["reference", "at"], name="borrower_ask_reference"),
            models.Index(fields=["asker", "at"], name="borrower_ask_asker"),
        ]


class Appointment(models.Model):
    """Hours offered by message before a visit; what the borrower chose. `offered`: [[day, minute], ...]."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Waits for the customer's choice")
        CHOSEN = "chosen", _("Hour chosen")
        OTHER_WAY = "other_way", _("Asked to be reached another way")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="appointments")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=20, choices=choices(Purpose))
    token = models.BinaryField(max_length=16, unique=True)
    offered = models.JSONField()
    expires_at = models.DateTimeField()
    message = models.OneToOneField(Outgoing, on_delete=models.PROTECT, related_name="appointment")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    chosen_day = models.DateField(null=True)
    chosen_min = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class ChannelWish(models.Model):
    """How somebody asked to be reached, from when until when; the newest counts."""

    class Via(models.TextChoices):
        DOOR = "door", _("At the door")
        APPOINTMENT = "appointment", _("In answer to an appointment")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="channel_wishes")
    channel = models.CharField(max_length=8, choices=choices(Channel))
    via = models.CharField(max_length=12, choices=Via)
    since = models.DateField()
    until = models.DateField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["party", "until"], name="borrower_wish_until")]


class CallBack(models.Model):
    """A finished visit drawn by chance: compliance rings within three days and asks how it went (回访)."""

    class Result(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        NOT_REACHED = "not_reached", _("Not reached")
        FORBIDDEN = "forbidden", _("The rules forbid the call")

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, primary_key=True, related_name="call_back")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    drawn_on = models.DateField()
    due_on = models.DateField()
    result = models.CharField(max_length=12, choices=Result, blank=True)
    answers = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    bad = models.BooleanField(default=False)
    complaint_id = models.UUIDField(null=True)
    sealed_note = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
