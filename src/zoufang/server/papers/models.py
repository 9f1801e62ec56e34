"""Papers of visits and their course. What a paper says is sealed; its number and its steps are not."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core import visits
from zoufang.core.visits import PaperEvent, PaperGrade, PaperKind, PaperStep, Signer
from zoufang.server.book import vault
from zoufang.server.book.models import Loan, Party
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit

KINDS = {
    PaperKind.DEMAND: _("Demand notice"),
    PaperKind.CREDIT_NOTICE: _("Notice of negative credit information"),
    PaperKind.AUTHORITY: _("Letter of authority"),
    PaperKind.VISIT_RECORD: _("Visit record form"),
    PaperKind.SERVICE_RECEIPT: _("Proof of service"),
    PaperKind.PROMISE: _("Promise to pay"),
}
STEPS = {
    PaperStep.MADE: _("Made"),
    PaperStep.SEAL_ASKED: _("Seal requested"),
    PaperStep.SEALED: _("Sealed by the bank"),
    PaperStep.PRINTED: _("Printed"),
    PaperStep.SIGNED: _("Signed"),
    PaperStep.REFUSED: _("Signature refused"),
    PaperStep.LEFT_SEALED: _("Left in a closed envelope"),
    PaperStep.POSTED: _("Posted"),
    PaperStep.ARRIVED: _("Receipt of the post is in"),
    PaperStep.CAME_BACK: _("Came back"),
    PaperStep.SCANNED: _("Signed paper scanned"),
    PaperStep.VOIDED: _("Voided"),
}
SIGNERS = {
    Signer.DEBTOR: _("Borrower"),
    Signer.GUARANTOR: _("Guarantor"),
    Signer.AUTHORISED: _("Authorised person"),
    Signer.CO_RESIDENT_ADULT: _("Adult relative who lives there"),
    Signer.VISITORS: _("Both visitors"),
    Signer.OTHER: _("Somebody else"),
}


class PaperCount(models.Model):
    """The last number given in a branch's year; its row is locked while a paper is made, so no number is lost."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "year"], name="papers_count_once")]


class Paper(models.Model):
    """One paper of a visit. `sealed` holds what it says; `step` is its last step, rebuildable from `steps`."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=[(k.value, label) for k, label in KINDS.items()])
    template_version = models.CharField(max_length=20)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="papers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="papers")
    loan = models.ForeignKey(Loan, null=True, on_delete=models.PROTECT, related_name="papers")
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="receipts")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    sealed = models.BinaryField()
    step = models.CharField(max_length=12, choices=[(s.value, label) for s, label in STEPS.items()])
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "number"]
        indexes = [models.Index(fields=["branch", "step"], name="papers_paper_step")]

    @property
    def contents(self) -> dict[str, Any]:
        """What it says, in the clear: for printing, never for logs."""
        opened: dict[str, Any] = vault.unseal(self.party.key, self.sealed, "paper")
        return opened

    @cached_property
    def course(self) -> visits.Paper:
        """The core's paper: its kind and what happened to it, in order."""
        events = tuple(row.event for row in self.steps.all())
        return visits.Paper(self.number, PaperKind(self.kind), events)

    @property
    def grade(self) -> PaperGrade:
        return visits.grade_of(self.course)


class PaperStepRow(models.Model):
    """What happened to a paper on a day; appended, never changed. `sealed_signer`: identity and relation."""

    id = models.UUIDField(primary_key=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=12, choices=[(s.value, label) for s, label in STEPS.items()])
    on = models.DateField()
    signer = models.CharField(
        max_length=20, blank=True, choices=[(s.value, label) for s, label in SIGNERS.items()]
    )
    sealed_signer = models.BinaryField(null=True)
    proof = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="papers_step_order")]

    @property
    def event(self) -> PaperEvent:
        return PaperEvent(
            PaperStep(self.step),
            self.on,
            Signer(self.signer) if self.signer else None,
            self.sealed_signer is not None,
            self.proof,
        )
