"""Crews, day plans with their stops, and visits with their events."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.core.values import PartyRole, Purpose
from zoufang.server.book.models import Address, Party, choices
from zoufang.server.oversight.models import Verdict
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.means_models import BranchBudget as BranchBudget
from zoufang.server.visiting.means_models import BranchCars as BranchCars


class Targeted(models.Model):
    """`party` owes the debt; `target` is somebody else who stands in it, to whom one goes (empty: `party`)."""

    party: models.ForeignKey[Party, Party]  # each model names its own
    target = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    target_role = models.CharField(max_length=12, choices=choices(PartyRole), default=PartyRole.DEBTOR)

    class Meta:
        abstract = True

    @property
    def whom(self) -> Party:
        """The person or company whose door it is."""
        return self.target or self.party

    def opened(self, address: Address) -> Address:
        """The address with the key of whoever lives there: a representative may be met at the debtor's door."""
        address.party = self.party if address.party_id == self.party.pk else self.whom
        return address


class Crew(models.Model):
    """Two visitors who go together from one office; times are minutes after local midnight."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="crews")
    depot_lat = models.FloatField()
    depot_lon = models.FloatField()
    shift_start = models.PositiveSmallIntegerField(default=540)
    shift_end = models.PositiveSmallIntegerField(default=1080)
    weekday_shifts = models.JSONField(default=dict, blank=True)  # {"1": [540, 1080]}: ISO weekday; empty: each day
    rest_start = models.PositiveSmallIntegerField(null=True, blank=True)
    rest_end = models.PositiveSmallIntegerField(null=True, blank=True)
    car = models.CharField(max_length=12, blank=True)  # its own; blank: one of the branch, if any is left
    modes = models.JSONField(default=list, blank=True)  # how it can go, codes of the core's Mode; empty: by car
    overtime_minutes = models.PositiveSmallIntegerField(default=0)  # allowed after the shift
    overtime_fen_per_minute = models.PositiveIntegerField(default=0)  # on top of the usual rate
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Recusal(models.Model):
    """This officer may not call on this customer (回避)."""

    class Ground(models.TextChoices):
        KIN = "kin", _("Relative")
        SAME_VILLAGE = "same_village", _("Same village or building")
        GRANTED_LOAN = "granted_loan", _("Granted or handled the loan")
        OTHER = "other", _("Other close tie or conflict")

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recusals")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="recusals")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    ground = models.CharField(max_length=16, choices=Ground)
    sealed_note = models.BinaryField(null=True)
    since = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party"], condition=models.Q(ended_at=None), name="visiting_recused")]


class DayPlan(models.Model):
    """One run of the planner for a branch and day; a move by hand makes a new version. Publishing freezes it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    seed = models.BigIntegerField()
    policy = models.JSONField()
    versions = models.JSONField(default=dict)
    value_fen = models.BigIntegerField()
    travel_s = models.PositiveIntegerField(default=0)
    travel_m = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=40)
    counts = models.JSONField(default=dict)
    crew_days = models.JSONField(default=list)
    crews_at_home = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    report = models.JSONField(default=dict)  # who pays for the gain, and what constraints cost
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "day"],
                condition=models.Q(status="published"),
                name="visiting_one_published_plan",
            )
        ]


class DraftMove(models.Model):
    """One change of a draft by hand, and what stood before it, so that it can be taken back.

    `before`: the plan's figures, and the rows and orders that the move replaced. `version`: the draft's after it.
    """

    class Kind(models.TextChoices):
        PUT = "put", _("Moved")
        OUT = "out", _("Taken out")
        SWAP = "swap", _("Swapped")

    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="moves")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    crew = models.ForeignKey(Crew, null=True, on_delete=models.PROTECT, related_name="+")
    value_fen = models.BigIntegerField()
    before = models.JSONField(encoder=DjangoJSONEncoder)
    taken_back = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "version"], name="visiting_move_version")]
        ordering = ["version"]


class EarlierDraft(models.Model):
    """A draft that another run of the planner took the place of, to be compared with; ids only, no names.

    `body`: the columns of the plan and of its stops.
    """

    id = models.UUIDField(primary_key=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    day = models.DateField()
    made_at = models.DateTimeField()
    body = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="visiting_earlier_draft")]


class PlannedStop(Targeted):
    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="stops")
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="planned_stops")
    address = models.ForeignKey(Address, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=20, choices=choices(Purpose))
    arrive = models.PositiveSmallIntegerField()
    window_start = models.PositiveSmallIntegerField()
    window_end = models.PositiveSmallIntegerField()
    service_min = models.PositiveSmallIntegerField()
    p_met = models.FloatField()
    value_fen = models.BigIntegerField()
    why = models.JSONField()
    pinned = models.BooleanField(default=False)
    required = models.BooleanField(default=False)
    risk = models.CharField(max_length=6, blank=True)  # at the door; blank in plans made before it was kept
    risk_reasons = models.JSONField(default=list)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "party"], name="visiting_stop_once"),
            models.UniqueConstraint(fields=["plan", "crew", "number"], name="visiting_stop_number"),
        ]
        ordering = ["crew__code", "number"]


class LeftOut(Targeted):
    """Who is not in the plan, and why not: refused by a rule, worth less than it costs, or no time left."""

    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="left_out")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # refused | unplanned | held_out | dropped | not_due
    required = models.BooleanField(default=False)
    reasons = models.JSONField()
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT)
    value_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "party"], name="visiting_left_out_once")]


class PlannerOrder(Targeted):
    """A planner's word for one day that the next run must keep: pin or move to a crew, drop, or visit a party.

    `purpose` and the sealed reason belong to an ordered visit; a later pin of the same customer keeps them.
    """

    class Kind(models.TextChoices):
        PIN = "pin", _("Pin")
        DROP = "drop", _("Drop")
        GO = "go", _("Visit ordered")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    day = models.DateField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    crew = models.ForeignKey(Crew, null=True, on_delete=models.PROTECT)
    arrive = models.PositiveSmallIntegerField(null=True)
    purpose = models.CharField(max_length=20, choices=choices(Purpose), blank=True)
    sealed_reason = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "party"], name="visiting_order_once")]


class Visit(Targeted):
    """One call at a door. The folded columns are rebuildable from its events."""

    id = models.UUIDField(primary_key=True)
    stop = models.OneToOneField(PlannedStop, null=True, on_delete=models.PROTECT, related_name="visit")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="visits")
    address = models.ForeignKey(Address, on_delete=models.PROTECT)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    day = models.DateField()
    purpose = models.CharField(max_length=20, choices=choices(Purpose))
    state = models.CharField(max_length=20, default="planned")
    outcome = models.CharField(max_length=20, blank=True)
    met_role = models.CharField(max_length=20, blank=True)
    ability = models.CharField(max_length=12, blank=True)
    willingness = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    hardship = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    withdrawn_reason = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["party", "day"], name="visiting_visit_party"),
            models.Index(fields=["crew", "day"], name="visiting_visit_crew"),
        ]


class VisitEvent(models.Model):
    """A fact of a visit with the id that the device gave it; the second arrival changes nothing."""

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30)
    body = models.JSONField(default=dict)
    sealed_note = models.BinaryField(null=True)
    body_hash = models.CharField(max_length=64)
    device_at = models.DateTimeField()
    server_at = models.DateTimeField()
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    simulated = models.BooleanField(default=False)
    from_paper = models.BooleanField(default=False)  # keyed in later; `device_at` is then the time on the paper

    class Meta:
        ordering = ["device_at", "id"]
        # what came since, by the hour
        indexes = [models.Index(fields=["server_at"], name="visiting_event_server")]
