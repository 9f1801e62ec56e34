"""Case files and write-off packs that left the bank."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zoufang.server.book.models import Loan
from zoufang.server.staff.models import Branch


class CaseExport(models.Model):
    """One package that left; never changed. `manifest_hash` proves that a file is this very one."""

    class Kind(models.TextChoices):
        CASE_FILE = "case_file", _("Case file")
        WRITE_OFF = "write_off", _("Write-off pack")

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=9, choices=Kind)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="case_exports")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    stage_kind = models.CharField(max_length=16)
    in_clear = models.BooleanField()
    lacking = models.JSONField(default=list)  # codes of the parts that were missing or weak
    manifest_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
