"""The loan book. Personal data is sealed (see vault); figures and dates are in the clear, in integer fen."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.core.values import (
    AddressKind,
    GuaranteeKind,
    PartyKind,
    PartyRole,
    Precision,
    SecurityKind,
    SourceCode,
)
from zoufang.server.book import vault
from zoufang.server.book.retention_models import Deletion as Deletion
from zoufang.server.book.retention_models import LegalHold as LegalHold
from zoufang.server.staff.models import Branch


def choices(kind: type[Any]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class ImportBatch(models.Model):
    """One file taken in. Its rows count only while `status` is landed.

    `wrapped_key` seals the rejected values. `counts`: rows, landed, rejected, and what was new.
    """

    class Status(models.TextChoices):
        STAGED = "staged", _("Staged")
        LANDED = "landed", _("Landed")
        UNCHANGED = "unchanged", _("Unchanged (same file)")
        SUPERSEDED = "superseded", _("Superseded")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.TextField()
    source_system = models.CharField(max_length=40)
    mode = models.CharField(max_length=5)
    currency = models.CharField(max_length=3, default="CNY")
    as_of = models.DateField(null=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.STAGED)
    counts = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    wrapped_key = models.BinaryField()

    @cached_property
    def key(self) -> bytes:
        return vault.unwrap(self.wrapped_key, str(self.id))


class RejectedRow(models.Model):
    """A row that did not fit, kept with what to do about it. The value may be personal: it is sealed.

    `sheet` is named only where the file's rows come from several.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rejects")
    sheet = models.CharField(max_length=40, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80)
    sealed_value = models.BinaryField()
    reason = models.JSONField()
    remedy = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["batch", "row"], name="book_reject_row")]


class Party(models.Model):
    """A person, sole trader or company. `sealed` holds {name, id_no, ...}; the key dies with the person's data."""

    id = models.UUIDField(primary_key=True)
    source_system = models.CharField(max_length=40)
    source_key = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=choices(PartyKind), default=PartyKind.PERSON)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, db_index=False)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    name_index = models.BinaryField(max_length=16, null=True)
    id_index = models.BinaryField(max_length=16, null=True)
    id_last4_index = models.BinaryField(max_length=16, null=True)
    household = models.BinaryField(max_length=16, null=True)
    rural = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_system", "source_key"], name="book_party_source")]
        indexes = [
            models.Index(fields=["name_index"], name="book_party_name"),
            models.Index(fields=["id_index"], name="book_party_id"),
            models.Index(fields=["id_last4_index"], name="book_party_last4"),
        ]

    @cached_property
    def key(self) -> bytes:
        return vault.unwrap(self.wrapped_key, str(self.id))

    @cached_property
    def identity(self) -> dict[str, Any]:
        """{name, id_no, legal_rep, ...}: for showing through `masking`, never for logs. Empty once erased."""
        if not self.wrapped_key:
            return {"name": "", "id_no": ""}
        opened: dict[str, Any] = vault.unseal(self.key, self.sealed, "party")
        return opened


class Phone(models.Model):
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="phones", db_index=False)
    sealed = models.BinaryField()
    number_index = models.BinaryField(max_length=16)
    last4_index = models.BinaryField(max_length=16)
    source_code = models.CharField(max_length=20, choices=choices(SourceCode), blank=True)
    source_on = models.DateField(null=True)
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "number_index"], name="book_phone_once")]
        indexes = [
            models.Index(fields=["number_index"], name="book_phone_number"),
            models.Index(fields=["last4_index"], name="book_phone_last4"),
        ]

    @property
    def number(self) -> str:
        return str(vault.unseal(self.party.key, self.sealed, "phone")) if self.party.wrapped_key else ""


class Address(models.Model):
    """`sealed` holds {text, lat, lon}: a home's point is personal data too. Points are WGS-84."""

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="addresses", db_index=False)
    kind = models.CharField(max_length=12, choices=choices(AddressKind), default=AddressKind.HOME)
    sealed = models.BinaryField()
    text_index = models.BinaryField(max_length=16)
    county = models.CharField(max_length=20, blank=True)
    township = models.CharField(max_length=30, blank=True)
    village = models.CharField(max_length=30, blank=True)
    precision = models.CharField(max_length=10, choices=choices(Precision), default=Precision.UNPLACED)
    source_code = models.CharField(max_length=20, choices=choices(SourceCode), blank=True)
    source_on = models.DateField(null=True)
    last_success_at = models.DateTimeField(null=True)
    not_here_since = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "kind", "text_index"], name="book_address_once")]

    @cached_property
    def place(self) -> dict[str, Any]:
        """{text, lat, lon}; lat and lon are None where the place is not known."""
        if not self.party.wrapped_key:
            return {"text": "", "lat": None, "lon": None}
        opened: dict[str, Any] = vault.unseal(self.party.key, self.sealed, "address")
        return opened


class VisitNeeds(models.Model):
    """`sealed` holds what this person asks of who visits them (visit_needs.AskedFor); no row: nothing is known.

    A file counts only while no member of staff has noted it (`noted_by`).
    """

    party = models.OneToOneField(Party, on_delete=models.CASCADE, primary_key=True, related_name="visit_needs")
    sealed = models.BinaryField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    noted_on = models.DateField()


class Loan(models.Model):
    """What does not change from day to day. Figures stand in LoanState; a written-off loan is still owed.

    `product` is a word of core's Product, `product_name` the bank's own. A loan without a state is in no book yet.
    """

    id = models.UUIDField(primary_key=True)
    source_system = models.CharField(max_length=40)
    source_key = models.CharField(max_length=64)
    debtor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="loans")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, db_index=False)
    product = models.CharField(max_length=20)
    product_name = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    contract_no = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    annual_rate_bp = models.IntegerField(null=True)  # basis points a year
    opened_on = models.DateField(null=True)
    matures_on = models.DateField(null=True)
    security = models.CharField(max_length=10, choices=choices(SecurityKind), default=SecurityKind.CREDIT)
    owner_no = models.CharField(
        max_length=40, blank=True
    )  # 管户人: employee number, or the name that the file gives
    written_off_on = models.DateField(null=True)
    transferred_on = models.DateField(null=True)
    first_batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_system", "source_key"], name="book_loan_source")]


class GivenFigure(models.Model):
    """The bank's own figures of one day (认定结果): kept as given, never overwritten by ours.

    They count only while their batch is landed. None is not given, which is never read as zero.
    """

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="given", db_index=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, db_index=False)
    as_of = models.DateField()
    balance_fen = models.BigIntegerField()
    overdue_principal_fen = models.BigIntegerField(null=True)
    interest_fen = models.BigIntegerField(null=True)
    penalty_fen = models.BigIntegerField(null=True)
    fees_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    dpd = models.IntegerField(null=True)
    five_class = models.CharField(max_length=15, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "loan", "as_of"], name="book_given_once")]
        indexes = [models.Index(fields=["loan", "as_of"], name="book_given_day")]


class LoanState(models.Model):
    """A loan as of the book's date: rebuildable from given figures and entries, kept because lists read it.

    `dpd`, `arrears_fen` and `five_class` are the figures that rules use; `figure_source` says whose they are.
    `fees_fen` holds penalty interest too. Not `open`: it left the bank's full file.
    """

    loan = models.OneToOneField(Loan, primary_key=True, on_delete=models.CASCADE, related_name="state")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, db_index=False)
    as_of = models.DateField()
    balance_fen = models.BigIntegerField()
    arrears_fen = models.BigIntegerField()
    overdue_principal_fen = models.BigIntegerField(default=0)
    interest_fen = models.BigIntegerField(default=0)
    fees_fen = models.BigIntegerField(default=0)
    dpd = models.IntegerField()
    bucket = models.CharField(max_length=3)
    five_class = models.CharField(max_length=15)
    figure_source = models.CharField(max_length=8)  # given | computed
    given_on = models.DateField(null=True)  # day of the bank's latest own figures
    computed_dpd = models.IntegerField(null=True)
    computed_arrears_fen = models.BigIntegerField(null=True)
    computed_five_class = models.CharField(max_length=15, blank=True)
    open = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["branch", "bucket"], name="book_state_bucket"),
            models.Index(fields=["open", "dpd"], name="book_state_dpd"),
        ]


class LoanEntry(models.Model):
    """A dated fact of a loan, appended and never edited: what fell due, what was paid, pauses, restructures.

    A due that came with a restructure names its reference in `restructure`; `note` is a pause's reason. Dues of
    one batch and `version` are one schedule: a later one takes the place of earlier dues from `effective_on` on,
    of all of them where it names no day (see schedules).
    """

    class Kind(models.TextChoices):
        DUE = "due", _("Instalment due")
        PAYMENT = "payment", _("Payment")
        REVERSAL = "reversal", _("Reversal")
        PAUSE = "pause", _("Pause of ageing")
        RESTRUCTURE = "restructure", _("Restructure")
        WAIVER = "waiver", _("Waiver")
        WRITE_OFF = "write_off", _("Write-off")

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="entries", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    on = models.DateField()
    until = models.DateField(null=True)
    amount_fen = models.BigIntegerField(default=0)
    principal_fen = models.BigIntegerField(default=0)
    interest_fen = models.BigIntegerField(default=0)
    fees_fen = models.BigIntegerField(default=0)
    source_system = models.CharField(max_length=40)
    reference = models.CharField(max_length=64)
    reverses = models.CharField(max_length=64, blank=True)
    restructure = models.CharField(max_length=64, blank=True)
    refinanced = models.BooleanField(default=False)
    note = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    version = models.CharField(max_length=20, blank=True)
    effective_on = models.DateField(null=True)
    posted_on = models.DateField()
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_system", "reference"], name="book_entry_once")]
        indexes = [models.Index(fields=["loan", "on"], name="book_entry_day")]


class LoanParty(models.Model):
    """Who else stands in the loan: co-debtors, guarantors, legal representatives, heirs, contacts."""

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="parties", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12, choices=choices(PartyRole))
    guarantee = models.CharField(max_length=10, choices=choices(GuaranteeKind), blank=True)
    guarantee_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "party", "role"], name="book_role_once")]


class Collateral(models.Model):
    """A thing pledged or mortgaged. The place is sealed with the debtor's key as {text}."""

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="collateral", db_index=False)
    number = models.CharField(max_length=40)  # the bank's, else the description's first 40 characters
    kind = models.CharField(max_length=10, choices=choices(SecurityKind))
    description = models.CharField(max_length=120)
    value_fen = models.BigIntegerField(null=True)
    valued_on = models.DateField(null=True)
    rank = models.PositiveSmallIntegerField(default=1)
    sealed_place = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "number"], name="book_collateral_once")]


class SourceMapping(models.Model):
    """How one source's file is read, as its mapping file says; chosen by name at the next import."""

    name = models.CharField(max_length=60, unique=True)
    toml = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()


class RevealPurpose(models.TextChoices):
    """Why somebody looks at personal data in the clear; the audit trail keeps the word."""

    VISIT = "visit", _("Prepare or make a visit")
    CALL = "call", _("Call or write")
    CORRECTION = "correction", _("Correct the data")
    COMPLAINT = "complaint", _("Answer a complaint")
    LEGAL = "legal", _("Court or regulator")
    REVIEW = "review", _("Check how a visit was made")
    SAFETY = "safety", _("Safety of people")
    REPAYMENT = "repayment", _("Agree or print a repayment plan")
    IMPORT = "import", _("Mend rows of a file")
    OTHER = "other", pgettext_lazy("purpose of looking at personal data", "Another purpose (say which)")


class Reveal(models.Model):
    """One look at personal data in the clear: who saw what of whom, what for. Appended, never changed.

    `party` is empty where nobody knows yet whom it is about; `sealed_reason` is the purpose in words.
    """

    id = models.UUIDField(primary_key=True)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="reveals", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT)
    what = models.CharField(max_length=20)
    subject = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=10, choices=RevealPurpose)
    sealed_reason = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "pk"]
        indexes = [
            models.Index(fields=["by", "on"], name="book_reveal_reader"),
            models.Index(fields=["party", "at"], name="book_reveal_party"),
        ]


class KeyRotation(models.Model):
    """One change to a new installation key. `places`: the last row of each kind whose indexes are made anew."""

    version = models.PositiveSmallIntegerField(unique=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    places = models.JSONField(default=dict)


class Export(models.Model):
    """One file that was taken out. `subject`: what it is about, by its number or id; never a name."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=48, db_index=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "pk"]
