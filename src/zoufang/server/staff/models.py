"""Branches, users and the bank's state of the day."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    HEAD_OFFICE = "head_office", _("Head office")
    BRANCH = "branch", pgettext_lazy("level of the branch tree", "Branch")
    SUB_BRANCH = "sub_branch", _("Sub-branch")


class Branch(models.Model):
    """A node of the branch tree. `path` is the codes from the head office down, each closed by a slash."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    MANAGER = "manager", _("Collections manager")
    PLANNER = "planner", _("Planner")
    VISITOR = "visitor", _("Visitor")
    TRAINER = "trainer", _("Trainer")
    APPROVER = "approver", _("Approver")
    COMPLIANCE = "compliance", _("Compliance officer")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")
    AGENCY = "agency", _("Collection agency")


class User(AbstractUser):
    """A member of staff, or one of an agency's people (role agency). Customers never have accounts here."""

    role = models.CharField(_("role"), max_length=14, choices=Role)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="staff")
    full_name = models.CharField(_("name"), max_length=40)
    employee_no = models.CharField(_("employee number"), max_length=20, unique=True)
    work_id_until = models.DateField(_("work ID valid until"), null=True, blank=True)

    languages = models.JSONField(_("languages and dialects"), default=list, blank=True)  # codes of core's Language
    gender = models.CharField(_("sex"), max_length=6, blank=True)  # blank: not told, so never counted on
    in_service_since = models.DateField(_("in this work since"), null=True, blank=True)
    stand_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")  # B角

    REQUIRED_FIELDS = ["role", "full_name", "employee_no"]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.employee_no})"


class Absence(models.Model):
    """Days on which an officer does not go out, first and last included."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("Leave")
        ILL = "ill", _("Ill")
        TRAINING = "training", pgettext_lazy("reason of an absence", "Training")
        OTHER = "other", pgettext_lazy("reason of an absence", "Other")

    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=8, choices=Reason, default=Reason.LEAVE)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]


class BankState(models.Model):
    """One row: the bank's business date, and whether what is stored is simulated.

    `clock_shift_s` moves the clock of a demo bank to its own day; it is 0 in a real one.
    """

    business_date = models.DateField()
    simulated = models.BooleanField(default=False)
    seed = models.BigIntegerField(null=True)
    clock_shift_s = models.BigIntegerField(default=0)
