"""Known places by name, and how each text-only address was placed by them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from zoufang.core.places import Level
from zoufang.core.values import Precision
from zoufang.server.book.models import Address, choices


class GazetteerImport(models.Model):
    """One gazetteer taken in; the latest one's number is the version that addresses are placed by."""

    file_name = models.CharField(max_length=200)
    source = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    places = models.PositiveIntegerField()
    simulated = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()


class GazetteerPlace(models.Model):
    """One place of the gazetteer. Points are WGS-84; `radius_m` None means the level's usual one."""

    code = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=choices(Level))
    parent = models.CharField(max_length=30, blank=True)
    aliases = models.JSONField(default=list)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False)


class Placing(models.Model):
    """What the gazetteer said about one address; `version` is the import it was asked of.

    `precision` is what the address got then; a point that was confirmed since stays, so its placing is old.
    """

    address = models.OneToOneField(Address, primary_key=True, on_delete=models.CASCADE, related_name="placing")
    place = models.CharField(max_length=30, blank=True)
    precision = models.CharField(max_length=10, choices=choices(Precision))
    radius_m = models.PositiveIntegerField(default=0)
    why = models.JSONField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # of the geocoder

    class Meta:
        indexes = [models.Index(fields=["precision"], name="places_placing_precision")]
