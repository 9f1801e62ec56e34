"""A crew's day on paper as the fallback: which prints are out, which came back, which are lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Crew, DayPlan


class DayPack(models.Model):
    """One numbered print. `forms`: the number of each record form, its visit and its place in the day.

    It is given back, or declared lost; a lost one is a matter for compliance until it is assessed.
    """

    class Part(models.TextChoices):
        ROUTE = "route", _("Route sheet: names and addresses, no word of a debt")
        REASONS = "reasons", _("Day sheet: purposes by number, no names")
        FORMS = "forms", _("Record forms: what was found, by number, no names")
        ALL = "all", _("The whole pack: names and findings together")

    class Effect(models.TextChoices):
        FOUND = "found", _("Found again; nobody had read it")
        HARMLESS = "harmless", _("What is lost tells nobody's debt")
        TOLD = "told", _("The people concerned were told")
        AUTHORITY = "authority", _("The authority and the people concerned were told")

    serial = models.CharField(max_length=40, primary_key=True)
    plan = models.ForeignKey(DayPlan, on_delete=models.PROTECT, related_name="packs")
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    day = models.DateField()
    forms = models.JSONField(default=list)  # [{"no": …, "visit": uuid, "stop": n}]
    pages = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_at = models.DateTimeField(null=True)
    lost_part = models.CharField(max_length=8, choices=Part, blank=True)
    lost_where = models.CharField(max_length=200, blank=True)
    lost_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lost_at = models.DateTimeField(null=True)
    effect = models.CharField(max_length=10, choices=Effect, blank=True)
    assessment = models.CharField(max_length=300, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-printed_at"]
        indexes = [models.Index(fields=["branch", "day"], name="evidence_pack_day")]

    @property
    def out(self) -> bool:
        """Neither back nor known to be lost."""
        return self.returned_at is None and self.lost_at is None

    @property
    def to_assess(self) -> bool:
        return self.lost_at is not None and self.assessed_at is None

    def form_of(self, number: str) -> dict[str, Any] | None:
        return next((form for form in self.forms if form["no"] == number), None)
