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


class Sitting(models.Model):
    """One examination: the paper as it was drawn, and what was handed in. Never changed afterwards."""

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sittings")
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    content_version = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    minutes = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)  # {question code: [places chosen]}
    score = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    missed = models.JSONField(default=list)  # codes of questions, in the order of the paper

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "course"],
                condition=models.Q(handed_in_at=None),
                name="training_one_open_sitting",
            )
        ]


class Practice(models.Model):
    """A practice talk that was played to its end."""

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practices")
    scenario = models.CharField(max_length=40)
    picks = models.JSONField()
    score = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    broken = models.JSONField(default=list)  # ids of rules
    at = models.DateTimeField()


class Prescription(models.Model):
    """A finding or complaint asks for this very course again: certificates from before `since` don't count."""

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prescriptions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    since = models.DateField()
    why = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
