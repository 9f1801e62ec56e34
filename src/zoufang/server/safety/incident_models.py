"""Incidents on visits, the rest after them, visits that a visitor refused, and places to which nobody goes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.core.safety import INCIDENT_NAMES, IncidentKind
from zoufang.server.book.models import Address
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit

NOTHING = "nothing"
# A sign of self-harm has a register and a button of its own.
REPORTED = [kind for kind in IncidentKind if kind is not IncidentKind.SELF_HARM_SIGN]
KINDS = [(kind.value, _(INCIDENT_NAMES[kind])) for kind in REPORTED]
KINDS.append((NOTHING, _("False alarm: nothing happened")))


def _somebody(null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+")


class Incident(models.Model):
    """What happened, as the crew or its supervisor reports it; never changed, a second report is another."""

    class Where(models.TextChoices):
        AT_THE_DOOR = "door", _("At the place visited")
        ON_THE_WAY = "way", _("On the way")

    class Hurt(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        LIGHTLY = "lightly", _("Lightly, no doctor needed")
        DOCTOR = "doctor", _("A doctor was needed")

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="incidents")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    kind = models.CharField(max_length=14, choices=KINDS)
    where = models.CharField(max_length=4, choices=Where)
    at = models.DateTimeField()
    hurt = models.CharField(max_length=7, choices=Hurt)
    police = models.BooleanField()
    sealed_text = models.BinaryField()  # with the customer's key: it tells of people
    reported_by = _somebody(null=False)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "pk"]


class Rest(models.Model):
    """Off new visits after an incident: until `until`, or until somebody has talked it over (`ended_at`)."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rests")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="rests")
    since = models.DateField()
    until = models.DateField()
    talked_with = _somebody()
    talked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "visit"], name="safety_rest_once"),
            models.CheckConstraint(
                condition=Q(talked_with=None) | ~Q(talked_with=F("officer")), name="safety_debrief_by_another"
            ),
        ]
        ordering = ["until", "pk"]


class RefusedStop(models.Model):
    """A visitor would not make an assigned visit. Counted by branch and month; no list names the visitor."""

    class Reason(models.TextChoices):
        UNSAFE = "unsafe", _("It does not seem safe")
        UNWELL = "unwell", _("I am not well enough today")
        KNOWN = "known", _("I know these people")
        AREA = "area", _("I do not know the area, or it is dark by then")
        OTHER = "other", pgettext_lazy("reason for refusing a visit", "Another reason")

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="refusals")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    reason = models.CharField(max_length=6, choices=Reason)
    by = _somebody(null=False)
    at = models.DateTimeField()


class ClosedPlace(models.Model):
    """Nobody visits within `radius_m` of a point (WGS-84), or at the very `address`, from `since` to `until`.

    It counts once a second person has confirmed it.
    """

    class Reason(models.TextChoices):
        VIOLENCE = "violence", _("Violence or threats there before")
        ANIMAL = "animal", _("Dangerous animals")
        CROWD = "crowd", _("Unrest or a hostile crowd")
        POLICE = "police", _("Advice of the police or the village")
        HAZARD = "hazard", _("Flood, fire, disease or a closed road")
        OTHER = "other", pgettext_lazy("reason for closing a place to visits", "Another reason")

    id = models.UUIDField(primary_key=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT, related_name="+")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=8, choices=Reason)
    note = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    entered_by = _somebody(null=False)
    entered_at = models.DateTimeField()
    confirmed_by = _somebody()
    confirmed_at = models.DateTimeField(null=True)
    ended_by = _somebody()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")), name="safety_place_needs_two"
            ),
            models.CheckConstraint(
                condition=Q(address__isnull=False, lat=None, lon=None, radius_m=None)
                | Q(address=None, lat__isnull=False, lon__isnull=False, radius_m__isnull=False),
                name="safety_place_or_address",
            ),
        ]
        ordering = ["-since", "pk"]
