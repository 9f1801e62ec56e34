"""The register of collection agencies: white list, contracts, evaluations, licences and their people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zoufang.server.agencies.case_models import AgencyContact as AgencyContact
from zoufang.server.agencies.case_models import Batch as Batch
from zoufang.server.agencies.case_models import ConductCheck as ConductCheck
from zoufang.server.agencies.case_models import ContactSheet as ContactSheet
from zoufang.server.agencies.case_models import DeletionCertificate as DeletionCertificate
from zoufang.server.agencies.case_models import PlacedLoan as PlacedLoan
from zoufang.server.agencies.case_models import Placement as Placement
from zoufang.server.agencies.case_models import PlacementStep as PlacementStep
from zoufang.server.agencies.statement_models import AgencyComplaint as AgencyComplaint
from zoufang.server.agencies.statement_models import Statement as Statement
from zoufang.server.agencies.statement_models import StatementLine as StatementLine
from zoufang.server.staff.models import Branch


class Agency(models.Model):
    """Proposed by one person; on the white list once another has approved. `listed_on`: published since."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    credit_code = models.CharField(max_length=18, unique=True)  # 统一社会信用代码
    hotline = models.CharField(max_length=30)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="agencies")
    listed_on = models.DateField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    suspended_at = models.DateTimeField(null=True)
    suspended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="agencies_agency_needs_two",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def approved(self) -> bool:
        return self.approved_by_id is not None

    @property
    def suspended(self) -> bool:
        return self.suspended_at is not None


class Contract(models.Model):
    """What was agreed for a term, commission included: `rates_bp` by bucket at placing. Counts once approved."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField()
    may_visit = models.BooleanField(default=False)
    rates_bp = models.JSONField(default=dict)
    grace_days = models.PositiveSmallIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="agencies_contract_needs_two",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="agencies_contract_dates"),
        ]


class Evaluation(models.Model):
    """The yearly word on an agency; `upheld` complaints since the last one took points off."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evaluations")
    on = models.DateField()
    conduct = models.PositiveSmallIntegerField()
    results = models.PositiveSmallIntegerField()
    security = models.PositiveSmallIntegerField()
    upheld = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    due = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Licence(models.Model):
    class Kind(models.TextChoices):
        BUSINESS = "business", _("Business licence")
        SECURITY = "security", _("Information security certificate")
        OTHER = "other", _("Other licence")

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="licences")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=40)
    until = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Person(models.Model):
    """Somebody who works for an agency on our cases; `user` is the account that an administrator made for them."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=40)
    staff_no = models.CharField(max_length=20)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="agency_person"
    )
    trained_on = models.DateField(null=True)
    trained_until = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "staff_no"], name="agencies_person_once")]
