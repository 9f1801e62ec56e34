"""What compliance decided and on which facts; what stops contact; what was complained of and attested."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.book.models import Address, Loan, Party
from zoufang.server.oversight.refusal_models import ContactRefusal as ContactRefusal
from zoufang.server.staff.models import Branch


class FactSheet(models.Model):
    """The facts of one decision, kept once however many verdicts rest on them."""

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.JSONField()


class Verdict(models.Model):
    """One decision of the gate, kept with its facts and pack versions so that it can be judged again."""

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="verdicts")
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    decision = models.CharField(max_length=5)
    cleared = models.BooleanField()
    facts = models.ForeignKey(FactSheet, on_delete=models.PROTECT)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["party", "day"], name="oversight_verdict_day")]


class Override(models.Model):
    """A named supervisor lets a warning pass, with a reason. Blocks cannot be overridden."""

    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="overrides")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    rule_ids = models.JSONField()
    reason = models.TextField()
    at = models.DateTimeField()


class Stop(models.Model):
    """A reason why nobody may go, from `since` until it is lifted or `until` has passed."""

    class Kind(models.TextChoices):
        DECEASED = "deceased", _("Deceased")
        DISPUTE = "dispute", _("Debt disputed")
        VULNERABLE = "vulnerable", _("Vulnerable person")
        HARDSHIP_REVIEW = "hardship_review", _("Hardship under review")
        DO_NOT_VISIT = "do_not_visit", _("Do not visit")
        REPRESENTED = "represented", _("Represented by a lawyer")
        LEGAL_STAGE = "legal_stage", _("In court")
        BEREAVEMENT = "bereavement", _("Bereavement, hospital or examination days")
        SELF_HARM = "self_harm", _("Threat or sign of self-harm")
        MINOR = "minor", _("Only a minor at home")
        INCAPACITY = "incapacity", _("Without full legal capacity")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="stops")
    loan = models.ForeignKey(Loan, null=True, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16, choices=Kind)
    since = models.DateField()
    until = models.DateField(null=True)
    sealed_note = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)


class Complaint(models.Model):
    """A complaint pauses visits while it is open (CN-O5); the answer is due within 15 days."""

    class Channel(models.TextChoices):
        VISIT = "visit", _("At a visit")
        COUNTER = "counter", _("At the counter")
        PHONE = "phone", _("By phone or hotline")
        WRITING = "writing", _("In writing or online")
        REGULATOR = "regulator", _("Through the regulator (12378)")

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="complaints")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    visit_id = models.UUIDField(null=True)
    about = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)  # empty: from before it was asked
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_text = models.BinaryField()
    opened_on = models.DateField()
    due_on = models.DateField()
    closed_on = models.DateField(null=True)
    finding = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)


class ComplaintStep(models.Model):
    """One step on the way to the answer, never changed. `due_on`: when the answer was due after it."""

    class Kind(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", _("Receipt acknowledged")
        OWNED = "owned", _("Taken on")
        EXTENDED = "extended", _("Time extended")
        ESCALATED = "escalated", _("Overdue: gone up")
        ANSWERED = "answered", _("Customer answered")
        WITHDRAWN = "withdrawn", _("Withdrawn by the customer")

    class Via(models.TextChoices):
        LETTER = "letter", _("By letter")
        PHONE = "phone", _("By phone")
        SMS = "sms", _("By text message")
        COUNTER = "counter", _("At the counter")
        ONLINE = "online", _("Online")

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    sealed_note = models.BinaryField(null=True)  # of an answer its text, of a withdrawal the customer's word
    via = models.CharField(max_length=8, choices=Via, blank=True)  # how an answer went out, or a withdrawal came
    sent_on = models.DateField(null=True)
    due_on = models.DateField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "due_on"],
                condition=models.Q(kind="escalated"),
                name="oversight_escalated_once",
            )
        ]


class ComplaintNotice(models.Model):
    """In-app word to a named superior; stands on each page until it is answered. `about`: who handles it."""

    class Why(models.TextChoices):
        OVERDUE = "overdue", _("The answer is overdue")
        SUBORDINATE = "subordinate", _("It is about people whom the handler leads")

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="notices")
    why = models.CharField(max_length=12, choices=Why)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="complaint_notices")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "why", "about", "due_on"], name="oversight_notice_once")
        ]


class Attestation(models.Model):
    """Two people vouch for a fact that a source file lacks, until `expires`."""

    id = models.UUIDField(primary_key=True)
    fact = models.CharField(max_length=40)
    source_system = models.CharField(max_length=40)
    basis = models.TextField()
    expires = models.DateField()
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second_at = models.DateTimeField(null=True)


class ValuesVersion(models.Model):
    """What visits are worth and what harm costs: proposed by compliance, in force once another person approved.

    `body` is the whole version (VisitValues): a plan made under it stays explainable whatever the file says.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True)
    version = models.CharField(max_length=40, unique=True)
    valid_from = models.DateField()
    reason = models.CharField(max_length=500)
    body = models.JSONField()
    replaces = models.JSONField()  # the version in force on `valid_from` when this was proposed, in full
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="oversight_values_need_two",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="proposed"), name="oversight_one_values_proposal"
            ),
        ]


class RuleFigure(models.Model):
    """What two people say of one rule: that its source was read, or which figures the bank sets from a day on.

    `values` are the bank's figures of the rule in whole (those that differ from the packs), so that the newest
    approved row of a rule says all; `before` is what stood when they were proposed.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("Source confirmed")
        CHANGE = "change", _("Figures changed")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    jurisdiction = models.CharField(max_length=8)
    pack = models.CharField(max_length=80, blank=True)  # pack@version, of a confirmation
    rule_id = models.CharField(max_length=16)
    values = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    valid_from = models.DateField()
    reason = models.CharField(max_length=500)  # of a confirmation: where counsel read it
    source_text = models.TextField(blank=True)
    read_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="oversight_rule_figure_needs_two",
            ),
            models.UniqueConstraint(
                fields=["kind", "jurisdiction", "pack", "rule_id"],
                condition=models.Q(state="proposed"),
                name="oversight_one_proposal_a_rule",
            ),
        ]
