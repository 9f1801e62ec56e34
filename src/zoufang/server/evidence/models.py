"""What left the bank as evidence, and visits whose record was written on paper."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.evidence.day_pack_models import DayPack as DayPack
from zoufang.server.oversight.models import Verdict
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class EvidenceExport(models.Model):
    """One file that left; never changed. `manifest_hash` proves that a file is this very one."""

    class Purpose(models.TextChoices):
        COURT = "court", _("Court, arbitration or notary")
        REGULATOR = "regulator", _("Regulator")
        COMPLAINT = "complaint", _("Answer a complaint")
        COUNSEL = "counsel", _("Counsel's opinion")
        AUDIT = "audit", _("Internal audit")

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="exports")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=10, choices=Purpose)
    in_clear = models.BooleanField()
    with_originals = models.BooleanField()
    manifest_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]


class PaperVisit(models.Model):
    """A visit whose record was written on a printed form and keyed in later, once for each form.

    `flags` say what a person should look at; `verdict` is the gate's word for the time that the paper names.
    """

    class Finding(models.TextChoices):
        IN_ORDER = "in_order", _("In order")
        NOT_LAWFUL = "not_lawful", _("Should not have been made")
        WRONGLY_KEYED = "wrongly_keyed", _("Wrongly keyed in, corrected")

    paper_no = models.CharField(max_length=48, primary_key=True)
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="paper_visit")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    body_hash = models.CharField(max_length=64)
    pack = models.ForeignKey(DayPack, null=True, on_delete=models.PROTECT, related_name="keyed")
    sealed = models.BinaryField(null=True)  # every line as it was keyed in, those too that became no event
    scan = models.UUIDField()  # the event that carries the scan's hash
    scan_digest = models.CharField(max_length=64, blank=True)
    flags = models.JSONField(default=list)
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    keyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    keyed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=16, choices=Finding, blank=True)
    review_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-keyed_at"]
        indexes = [models.Index(fields=["branch", "reviewed_at"], name="evidence_paper_review")]

    @property
    def waits(self) -> bool:
        """A second person has yet to hold it against the paper."""
        return self.reviewed_at is None
