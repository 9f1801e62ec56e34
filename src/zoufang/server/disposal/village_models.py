"""Help that a village or residents' committee gave in finding a place; it never learns why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import Visit


class VillageHelp(models.Model):
    """Who was asked, where, and what came of it. `sealed`: name and the way, with the key of whoever is sought."""

    class Helper(models.TextChoices):
        VILLAGE = "village", _("Village committee")
        RESIDENTS = "residents", _("Residents' committee")
        GRID = "grid", _("Grid worker of the neighbourhood")
        PROPERTY = "property", _("Property staff")

    class Result(models.TextChoices):
        SHOWN = "shown", _("Showed the way")
        NOT_HERE = "not_here", _("Nobody of this name lives here")
        MOVED = "moved", _("Has moved away")
        DECLINED = "declined", _("Did not want to help")

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="village_helps")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    helper = models.CharField(max_length=9, choices=Helper)
    village = models.CharField(max_length=40)
    result = models.CharField(max_length=8, choices=Result)
    words_version = models.CharField(max_length=20)
    sealed = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
