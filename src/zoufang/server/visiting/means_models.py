"""What a branch has to go out with: cars to share, and budgets of a day, week or month."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.models import Branch


class BranchCars(models.Model):
    """Cars a day for the crews of the branch and of those below it that have no number of their own.

    Without a row here or above every crew has a car. A crew's own car is none of these.
    """

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="cars")
    cars = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "visiting"


class BranchBudget(models.Model):
    """At most `limit` in each period for the crews of the branch and below, or for one crew."""

    class Counts(models.TextChoices):
        VISITS = "visits", _("Visits")
        MINUTES = "minutes", _("Minutes away")
        OVERTIME_MINUTES = "overtime_minutes", _("Minutes of overtime")
        KM = "km", _("Kilometres")
        FEN = "fen", _("Money for time, overtime and way")
        CREW_DAYS = "crew_days", _("Crews out on a day")

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        WEEK = "week", _("a week")
        MONTH = "month", _("a month")

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="budgets")
    crew = models.ForeignKey(
        "visiting.Crew", null=True, blank=True, on_delete=models.CASCADE, related_name="budgets"
    )
    name = models.CharField(max_length=40)
    counts = models.CharField(max_length=20, choices=Counts)
    period = models.CharField(max_length=6, choices=Period)
    limit = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "visiting"
        constraints = [models.UniqueConstraint(fields=["branch", "name"], name="visiting_budget_name")]
        ordering = ["branch__path", "name"]
