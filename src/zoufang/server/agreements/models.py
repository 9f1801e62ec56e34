"""From what a customer can bear to what was paid."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.agreements.consent_models import GuarantorConsent as GuarantorConsent
from zoufang.server.book.models import Loan, LoanEntry, Party
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class Statement(models.Model):
    """Income and essential spending as told, sealed with the person's key, and what follows from it."""

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="statements")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT)
    sealed = models.BinaryField()
    low_fen = models.BigIntegerField(null=True)
    high_fen = models.BigIntegerField(null=True)
    reasons = models.JSONField(default=list)
    taken_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)


class Proposal(models.Model):
    """The offers that were on the table, kept whole with the debt that they were reckoned from.

    `told`: what was not offered and why, the hardship route, and the rule packs that judged; null on old rows.
    """

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="proposals")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT)
    case = models.JSONField(null=True)
    offers = models.JSONField()
    told = models.JSONField(null=True)
    made_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)


class RepaymentPlan(models.Model):
    """One accepted offer. Collection stops while it performs (CN-K3)."""

    class Status(models.TextChoices):
        AWAITING_APPROVAL = "awaiting", _("Awaiting approval")
        REJECTED = "rejected", _("Rejected")
        PERFORMING = "performing", _("Performing")
        BROKEN = "broken", _("Broken")
        COMPLETED = "completed", _("Completed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="repayment_plans")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="repayment_plans")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT)
    offer = models.JSONField()
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=12, choices=Status)
    approval_needed = models.CharField(max_length=14, blank=True)
    total_fen = models.BigIntegerField()
    starts_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class PlanInstalment(models.Model):
    plan = models.ForeignKey(RepaymentPlan, on_delete=models.CASCADE, related_name="instalments")
    due = models.DateField()
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    fees_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "due"], name="agreements_instalment_once")]
        ordering = ["due"]

    @property
    def amount_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen


class Approval(models.Model):
    """A second person's word; never the maker's own."""

    plan = models.ForeignKey(RepaymentPlan, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    approved = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()


class Promise(models.Model):
    """A promise to pay. Its status is folded from payments each day."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        PARTLY_KEPT = "partly_kept", _("Partly kept")
        BROKEN = "broken", _("Broken")

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="promises")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="promises")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT)
    amount_fen = models.BigIntegerField()
    due = models.DateField()
    made_on = models.DateField()
    grace_days = models.PositiveSmallIntegerField(default=3)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    received_fen = models.BigIntegerField(default=0)
    judged_on = models.DateField(null=True)


class PaymentMatch(models.Model):
    """Which promise, instalment or visit a payment answers; each fen once per ledger."""

    class Ledger(models.TextChoices):
        PROMISE = "promise", _("Promise")
        PLAN = "plan", _("Repayment plan")
        VISIT = "visit", _("Visit")

    entry = models.ForeignKey(LoanEntry, on_delete=models.CASCADE, related_name="matches")
    ledger = models.CharField(max_length=8, choices=Ledger)
    promise = models.ForeignKey(Promise, null=True, on_delete=models.CASCADE, related_name="matches")
    instalment = models.ForeignKey(PlanInstalment, null=True, on_delete=models.CASCADE, related_name="matches")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.CASCADE, related_name="matches")
    amount_fen = models.BigIntegerField()
