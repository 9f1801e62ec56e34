"""Devices in the field, the keys and days they were given, what they delivered, and orders to wipe them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class OutboxKey(models.Model):
    """A key pair to which phones seal what they record. Retired ones still open what was sealed to them."""

    id = models.CharField(max_length=16, primary_key=True)
    public = models.BinaryField()  # uncompressed point on P-256, 65 bytes
    wrapped_private = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class Device(models.Model):
    """One person's phone. `token_hash`: of what it shows to deliver; the token itself is nowhere here."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="field_devices")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64)
    day_public = models.BinaryField()  # the day is sealed to this key; its private half never leaves the phone
    registered_at = models.DateTimeField()
    last_contact_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    skew_ms = models.BigIntegerField(null=True)  # device clock minus ours, at the last contact
    app_version = models.CharField(max_length=40, blank=True)
    unsent = models.PositiveIntegerField(default=0)  # as the phone told at its last contact
    unsent_since = models.DateTimeField(null=True)
    persistent = models.BooleanField(null=True)  # whether the browser promised not to evict its storage
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)
    day_wiped_at = models.DateTimeField(null=True)  # the phone said that it did

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="field_one_device_a_person"
            )
        ]


class DayTaken(models.Model):
    """A day that was given to a device: which visits' data left the bank, and how much."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    visits = models.JSONField()  # ids
    size = models.PositiveIntegerField()  # bytes
    at = models.DateTimeField()


class Envelope(models.Model):
    """One sealed entry that a phone delivered. `body` is kept only while it is not in the visit's record.

    `form`: of `body`, sealed to our key as it came, or under the customer's key once the visit is known.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("In the record")
        CONFLICT = "conflict", pgettext_lazy("state of a delivered entry", "Conflict")
        QUARANTINED = "quarantined", _("Held back")
        SET_ASIDE = "set_aside", _("Set aside")

    class Form(models.TextChoices):
        NONE = "", "-"
        ENVELOPE = "envelope", "envelope"
        CUSTOMER = "customer", "customer"

    event_id = models.UUIDField(db_index=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="envelopes")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="envelopes")
    head = models.JSONField()
    sealed_hash = models.CharField(max_length=64)
    body = models.BinaryField(null=True)
    form = models.CharField(max_length=8, choices=Form, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    device_at = models.DateTimeField(null=True)  # raw device time
    skew_ms = models.BigIntegerField(null=True)  # that the phone knew when it made the entry
    drift_ms = models.BigIntegerField(null=True)  # skew at delivery minus that: the clock was turned in between
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    reason = models.JSONField(null=True)
    again = models.BooleanField(default=False)  # tried again when another entry of the visit arrives
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "sealed_hash"], name="field_envelope_once")]
        indexes = [models.Index(fields=["state", "received_at"], name="field_envelope_state")]


class Blob(models.Model):
    """A sealed file on its way in chunks; `kept_at` once it lies with the customer's evidence."""

    id = models.UUIDField(primary_key=True)  # of the event that names it
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="blobs")
    visit_named = models.UUIDField()
    key_id = models.CharField(max_length=16)
    size = models.PositiveIntegerField()
    chunk_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    reason = models.JSONField(null=True)


class BlobChunk(models.Model):
    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "number"], name="field_chunk_once")]


class WipeOrder(models.Model):
    """Delete a phone's outbox unsent: asked for by one, confirmed by another; what it cost is counted."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="wipe_orders")
    why = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  # the phone said that it did
    lost = models.PositiveIntegerField(null=True)  # entries that it had not delivered
