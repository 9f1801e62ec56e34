"""Lots of finished visits, reviews with their scores, findings, and supervisors' observations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.models import Branch
from zoufang.server.training.models import Course, Prescription
from zoufang.server.visiting.models import Visit

USER = settings.AUTH_USER_MODEL


class SharesVersion(models.Model):
    """How many in a hundred visits of a day are drawn, from `valid_from` on. Never changed: a new row follows."""

    id = models.UUIDField(primary_key=True)
    valid_from = models.DateField(unique=True)
    base = models.PositiveSmallIntegerField()
    by_risk = models.JSONField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Lot(models.Model):
    """The lot of one finished visit, cast once: `share` in a hundred is its probability of being drawn."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, primary_key=True, related_name="review_lot")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    cast_on = models.DateField()
    risks = models.JSONField(default=list)
    share = models.PositiveSmallIntegerField()
    value = models.FloatField()
    drawn = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["branch", "cast_on"], name="review_lot_branch")]


class Review(models.Model):
    """A visit that two people score, each alone. `marks`: what stands for each item, once settled."""

    class Why(models.TextChoices):
        LOT = "lot", _("Drawn by lot")
        CAUSE = "cause", _("A complaint came in later")

    class State(models.TextChoices):
        OPEN = "open", _("Waits for two scores")
        DISPUTED = "disputed", _("The two differ: a third decides")
        DONE = "done", _("Settled")

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, primary_key=True, related_name="review")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    why = models.CharField(max_length=5, choices=Why)
    form_version = models.CharField(max_length=20)
    opened_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    marks = models.JSONField(default=dict)
    done_on = models.DateField(null=True)
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="reviews")  # who was at the door


class Score(models.Model):
    """What one reviewer saw. `place`: 1 and 2 score alone, 3 decides what they differ on."""

    id = models.UUIDField(primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores")
    place = models.PositiveSmallIntegerField()
    marks = models.JSONField()
    sealed_reasons = models.BinaryField(null=True)  # {item: words}, by the visited person's key
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "by"], name="review_score_once"),
            models.UniqueConstraint(fields=["review", "place"], name="review_score_place"),
            models.CheckConstraint(condition=models.Q(place__in=(1, 2, 3)), name="review_three_at_most"),
        ]


class Finding(models.Model):
    """What was found of one visitor: by a settled review (`item`) or an upheld complaint.

    `prescription`: the course that it asks for again; `asked`: this finding asked for it, others had not before.
    """

    id = models.UUIDField(primary_key=True)
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="findings")
    complaint = models.ForeignKey(Complaint, null=True, on_delete=models.PROTECT, related_name="findings")
    item = models.CharField(max_length=20, blank=True)
    officer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="findings")
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT)
    prescription = models.ForeignKey(Prescription, null=True, on_delete=models.PROTECT, related_name="findings")
    asked = models.BooleanField(default=False)
    on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review__isnull=True) ^ models.Q(complaint__isnull=True),
                name="review_finding_of_one_source",
            ),
            models.UniqueConstraint(fields=["review", "item", "officer"], name="review_finding_once"),
        ]


class Observation(models.Model):
    """A supervisor went along, or watched a practice talk, and scored the same items. `score` of 100, or none."""

    class Kind(models.TextChoices):
        RIDE_ALONG = "ride_along", _("Went along on visits")
        PRACTICE = "practice", _("Watched a practice talk")

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=10, choices=Kind)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="observations")
    scenario = models.CharField(max_length=40, blank=True)
    form_version = models.CharField(max_length=20)
    marks = models.JSONField()
    score = models.PositiveSmallIntegerField(null=True)
    wrapped_key = models.BinaryField()
    sealed_reasons = models.BinaryField(null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(by=models.F("officer")), name="review_nobody_observes_self")
        ]
