"""Stages of a loan with their history, court dates and money. What people wrote is sealed, codes and days not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.core.disposal import Checked, DateKind, FeeKind, MoneyStep, Outcome, StageKind
from zoufang.server.book.models import Loan, Party, choices
from zoufang.server.disposal.file_models import CaseExport as CaseExport
from zoufang.server.disposal.leave_models import CounselLeave as CounselLeave
from zoufang.server.disposal.village_models import VillageHelp as VillageHelp
from zoufang.server.staff.models import Branch


def _somebody(null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+")


class DisposalStage(models.Model):
    """One stage of one loan: opened by a proposer, approved by a second person, closed with an outcome.

    `checked`: the entry checks as they stood when it was proposed, or approved. From `effective_on` on it holds.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        RUNNING = "running", pgettext_lazy("state of a stage", "Running")
        REFUSED = "refused", _("Refused")
        CLOSED = "closed", pgettext_lazy("state of a stage", "Closed")

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="disposals")
    debtor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="disposals")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16, choices=choices(StageKind))
    policy_version = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    owner = _somebody(null=False)
    body_name = models.CharField(max_length=60, blank=True)  # court, commission, notary, mediator or buyer
    case_number = models.CharField(max_length=60, blank=True)
    claim_fen = models.BigIntegerField()
    stated = models.JSONField(default=dict)
    checked = models.JSONField(default=list)
    sealed_reason = models.BinaryField()
    proposed_by = _somebody(null=False)
    proposed_at = models.DateTimeField()
    decided_by = _somebody()
    decided_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=200, blank=True)
    effective_on = models.DateField()
    outcome = models.CharField(max_length=14, choices=choices(Outcome), blank=True)
    closed_on = models.DateField(null=True)
    closed_by = _somebody()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(state="refused") | ~Q(decided_by=F("proposed_by")),
                name="disposal_stage_needs_two",
            ),
            models.CheckConstraint(condition=Q(claim_fen__gt=0), name="disposal_claim_positive"),
            models.UniqueConstraint(
                fields=["loan", "kind"],
                condition=Q(state__in=["proposed", "running"]),
                name="disposal_one_open_stage",
            ),
        ]
        indexes = [models.Index(fields=["debtor", "state"], name="disposal_stage_debtor")]
        ordering = ["-proposed_at", "pk"]

    @property
    def checks(self) -> tuple[Checked, ...]:
        return tuple(Checked.from_json(one) for one in self.checked)


class StageOverride(models.Model):
    """A named manager lets one entry check pass, where the data allow it."""

    stage = models.ForeignKey(DisposalStage, on_delete=models.PROTECT, related_name="overrides")
    check_code = models.CharField(max_length=24)
    sealed_reason = models.BinaryField()
    by = _somebody(null=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "check_code"], name="disposal_override_once"),
        ]
        ordering = ["pk"]


class StageStep(models.Model):
    """What happened to a stage, in order; appended and never changed."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        OVERRIDDEN = "overridden", _("Check overridden")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        FILED = "filed", _("Filed")
        ACCEPTED = "accepted", _("Accepted by the body")
        SERVED = "served", _("Served on the debtor")
        ORDERED = "ordered", _("Decided, and the paper is in force")
        SECURED = "secured", _("Property secured")
        NOTE = "note", _("Note")
        OWNER = "owner", _("Handed to another owner")
        MONEY = "money", _("Cost")
        DATE = "date", _("Date set")
        DATE_DONE = "date_done", _("Date done with")
        CLOSED = "closed", pgettext_lazy("step of a stage", "Closed")

    id = models.UUIDField(primary_key=True)
    stage = models.ForeignKey(DisposalStage, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    body = models.JSONField(default=dict)
    sealed_note = models.BinaryField(null=True)
    by = _somebody(null=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "number"], name="disposal_step_order")]
        ordering = ["number"]


class StageDate(models.Model):
    """A day of the case: set by a rule of the data after a step, or entered from a summons."""

    id = models.UUIDField(primary_key=True)
    stage = models.ForeignKey(DisposalStage, on_delete=models.PROTECT, related_name="dates")
    kind = models.CharField(max_length=12, choices=choices(DateKind))
    on = models.DateField()
    minute = models.PositiveSmallIntegerField(null=True)  # after local midnight
    place = models.CharField(max_length=60, blank=True)
    warn_days = models.PositiveSmallIntegerField()
    by_rule = models.BooleanField(default=False)
    done_on = models.DateField(null=True)
    done_by = _somebody()

    class Meta:
        indexes = [models.Index(fields=["on"], condition=Q(done_on=None), name="disposal_date_open")]
        ordering = ["on", "minute", "pk"]


class StageMoney(models.Model):
    """Paid in advance, or come back; in whole fen."""

    id = models.UUIDField(primary_key=True)
    stage = models.ForeignKey(DisposalStage, on_delete=models.PROTECT, related_name="money")
    kind = models.CharField(max_length=14, choices=choices(FeeKind))
    step = models.CharField(max_length=8, choices=choices(MoneyStep))
    amount_fen = models.BigIntegerField()
    on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    by = _somebody(null=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="disposal_money_positive")]
        ordering = ["on", "pk"]


class KeptClaim(models.Model):
    """账销案存: what was still owed when the loan left the balance sheet. What came in since is in the book."""

    stage = models.OneToOneField(DisposalStage, primary_key=True, on_delete=models.PROTECT, related_name="kept")
    loan = models.OneToOneField(Loan, on_delete=models.PROTECT, related_name="kept_claim")
    on = models.DateField()
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    fees_fen = models.BigIntegerField()

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen
