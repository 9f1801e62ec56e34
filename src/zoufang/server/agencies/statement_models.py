"""The agency's own statement of commission, as it came, and complaints that are about an agency."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zoufang.server.oversight.models import Complaint


class Statement(models.Model):
    """What the agency claims for a span of days; the same file counts once."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="statements")
    since = models.DateField()
    until = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sha256"], name="agencies_statement_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="agencies_statement_dates"),
        ]


class StatementLine(models.Model):
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    case_no = models.CharField(max_length=36)
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    commission_fen = models.BigIntegerField()


class AgencyComplaint(models.Model):
    """Whether a complaint is about the agency that had the case; those that are count in its evaluation."""

    complaint = models.OneToOneField(
        Complaint, primary_key=True, on_delete=models.PROTECT, related_name="of_agency"
    )
    placement = models.ForeignKey("agencies.Placement", on_delete=models.PROTECT, related_name="complaints")
    about_agency = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
