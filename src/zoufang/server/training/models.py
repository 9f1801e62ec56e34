"""Courses and the certificates that they end in."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Course(models.Model):
    code = models.CharField(max_length=30, unique=True)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    valid_days = models.PositiveSmallIntegerField(default=365)
    pass_mark = models.PositiveSmallIntegerField(default=80)


class Certificate(models.Model):
    """Passed on `issued`; good up to and including `expires`."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    issued = models.DateField()
    expires = models.DateField()
    score = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "course", "issued"], name="training_certificate_once")
        ]
