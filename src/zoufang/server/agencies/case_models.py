"""Cases with an agency (委案), how they stay (留案) and end (退案, recall), and what the agency did meanwhile."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.server.book.models import Loan, Party
from zoufang.server.outreach.models import Contact
from zoufang.server.staff.models import Branch


class Batch(models.Model):
    """Cases placed together: with one agency, under one contract, for one purpose, until one day."""

    class Purpose(models.TextChoices):
        CALLS = "calls", _("Calls, messages and letters")
        VISITS = "visits", _("Calls and visits")

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=30, unique=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="batches")
    contract = models.ForeignKey("agencies.Contract", on_delete=models.PROTECT, related_name="batches")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=8, choices=Purpose)
    placed_on = models.DateField()
    due_back = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=Q(due_back__gt=F("placed_on")), name="agencies_batch_dates")
        ]


class DeletionCertificate(models.Model):
    """Who of the agency deleted the data of a batch's ended cases, when and how; the paper under its own key."""

    class How(models.TextChoices):
        OVERWRITTEN = "overwritten", _("Overwritten, and the copies with it")
        KEY = "key", _("The key was destroyed")
        SHREDDED = "shredded", _("Paper was shredded")
        RETURNED = "returned", _("Returned to the bank, nothing kept")

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="certificates")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="certificates")
    who = models.CharField(max_length=40)
    on = models.DateField()
    how = models.CharField(max_length=12, choices=How)
    cases = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Placement(models.Model):
    """One customer's overdue loans with one agency; never with two, which the database keeps.

    `reason` (a Message as JSON) says why it ended. Figures are those of the day of placing.
    """

    class Ending(models.TextChoices):
        RETURNED = "returned", _("Returned")
        RECALLED = "recalled", _("Recalled")

    id = models.UUIDField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="placements")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="placements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="placements")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    case_no = models.CharField(max_length=36, unique=True)
    placed_on = models.DateField()
    due_back = models.DateField()
    kept = models.PositiveSmallIntegerField(default=0)
    bucket = models.CharField(max_length=3)
    arrears_fen = models.BigIntegerField()
    verdict_id = models.UUIDField(null=True)
    ending = models.CharField(max_length=8, choices=Ending, blank=True)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.JSONField(null=True)
    certificate = models.ForeignKey(
        DeletionCertificate, null=True, on_delete=models.PROTECT, related_name="placements"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(ended_at__isnull=True), name="agencies_with_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["agency", "ended_at"], name="agencies_placement_open")]

    @property
    def open(self) -> bool:
        return self.ended_at is None


class PlacedLoan(models.Model):
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="loans")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")
    bucket = models.CharField(max_length=3)
    dpd = models.IntegerField()
    arrears_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["placement", "loan"], name="agencies_loan_once")]


class PlacementStep(models.Model):
    """What was decided on a case, appended and never edited. `by` empty: the system, by rule."""

    class Kind(models.TextChoices):
        PLACED = "placed", pgettext_lazy("a case with an agency", "Placed")
        KEPT = "kept", pgettext_lazy("a case with an agency", "Kept longer")
        RETURNED = "returned", _("Returned")
        RECALLED = "recalled", _("Recalled")

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.JSONField()
    due_back = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()


class ContactSheet(models.Model):
    """A file of contacts that an agency sent: all its good rows or none; `rejects` name row, column and reason."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="sheets")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    landed = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    rejects = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "sha256"], name="agencies_sheet_once")]


class AgencyContact(models.Model):
    """Which agency made a contact, for which case. `against`: rules that the gate would have refused it by."""

    contact = models.OneToOneField(Contact, primary_key=True, on_delete=models.PROTECT, related_name="of_agency")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="contacts")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey("agencies.Person", null=True, on_delete=models.PROTECT, related_name="contacts")
    sheet = models.ForeignKey(ContactSheet, null=True, on_delete=models.PROTECT, related_name="contacts")
    against = models.JSONField(default=list)


class ConductCheck(models.Model):
    """A contact of an agency that the bank listens to or asks about: by lot, or because a rule was broken."""

    class Why(models.TextChoices):
        LOT = "lot", _("Drawn by lot")
        RULE = "rule", _("Against a rule")

    class Result(models.TextChoices):
        OK = "ok", _("In order")
        FAULT = "fault", _("A fault of the agency")
        NO_PROOF = "no_proof", _("Recording or record is missing")

    contact = models.OneToOneField(
        AgencyContact, primary_key=True, on_delete=models.PROTECT, related_name="conduct_check"
    )
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="conduct_checks")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    why = models.CharField(max_length=4, choices=Why)
    drawn_on = models.DateField()
    due_on = models.DateField()
    result = models.CharField(max_length=8, choices=Result, blank=True)
    sealed_note = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
