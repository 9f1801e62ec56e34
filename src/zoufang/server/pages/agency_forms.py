"""The forms of the agencies' pages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zoufang.core.agencies import Scores
from zoufang.core.portfolio import BUCKETS, Bucket
from zoufang.core.values import Channel, parse_fen
from zoufang.server.agencies.contacts import RESULTS
from zoufang.server.agencies.models import Agency, Batch, Contract, DeletionCertificate, Licence
from zoufang.server.agencies.register import AboutAgency, Terms
from zoufang.server.agencies.settling import Paper
from zoufang.server.book.models import RevealPurpose
from zoufang.server.daily.placing import MOST, Segment
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.pages.words import choices
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role, User

DATA = {"class": "data"}
BILLED = tuple(bucket for bucket in BUCKETS if bucket is not Bucket.M0)
USUAL_DAYS = 60


class OnceForm(forms.Form):
    """`id` is made where the form is shown, so that sent twice it counts once."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, files, initial={"id": new_id()} | (initial or {}))


class AgencyForm(OnceForm):
    name = forms.CharField(label=_("Name of the agency"), max_length=80)
    code = forms.CharField(
        label=_("Short code"), max_length=10, help_text=_("Numbers of batches begin with it, as DA-202605-01.")
    )
    credit_code = forms.CharField(label=_("Unified social credit code"), min_length=18, max_length=18)
    hotline = forms.CharField(label=_("Its complaint line"), max_length=30)

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        self.fields["branch"] = forms.ModelChoiceField(
            branches_below(user), label=_("Branch"), empty_label=None, widget=forms.Select(attrs=DATA)
        )

    def about(self) -> AboutAgency:
        given = self.cleaned_data
        return AboutAgency(given["code"], given["name"], given["credit_code"], given["hotline"])


class ListedForm(forms.Form):
    listed_on = forms.DateField(
        label=_("On the bank's published list since"),
        widget=DayInput(),
        help_text=_("Where customers can look it up: the bank's website or app (CN-O2)."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ContractForm(OnceForm):
    number = forms.CharField(label=_("Contract number"), max_length=40)
    purpose = forms.CharField(
        label=_("What it may use the data for"), max_length=200, help_text=_("As the contract says it (CN-D4).")
    )
    since = forms.DateField(label=_("From"), widget=DayInput())
    until = forms.DateField(label=_("To"), widget=DayInput())
    grace_days = forms.IntegerField(
        label=_("Payments count up to so many days after the return"), min_value=0, max_value=30, initial=0
    )
    may_visit = forms.BooleanField(label=_("The agency may make visits"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for bucket in BILLED:
            self.fields[f"rate_{bucket.months}"] = forms.DecimalField(
                label=_("Commission on %(bucket)s, percent") % {"bucket": bucket.value},
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=Decimal(0),
            )

    def terms(self) -> Terms:
        given = self.cleaned_data
        rates: dict[Bucket, int] = {bucket: int(given[f"rate_{bucket.months}"] * 100) for bucket in BILLED}
        return Terms(
            number=given["number"],
            purpose=given["purpose"],
            since=given["since"],
            until=given["until"],
            rates_bp=rates,
            grace_days=given["grace_days"],
            may_visit=given["may_visit"],
        )


class EvaluationForm(OnceForm):
    conduct = forms.IntegerField(label=_("Conduct, 0 to 100"), min_value=0, max_value=100)
    security = forms.IntegerField(label=_("Information security, 0 to 100"), min_value=0, max_value=100)
    results = forms.IntegerField(label=_("Results, 0 to 100"), min_value=0, max_value=100)
    note = forms.CharField(
        label=_("What was looked at"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def scores(self) -> Scores:
        given = self.cleaned_data
        return Scores(conduct=given["conduct"], results=given["results"], security=given["security"])


class LicenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of licence"), choices=Licence.Kind.choices)
    number = forms.CharField(label=_("Number of the licence"), max_length=40)
    until = forms.DateField(label=_("Valid until"), widget=DayInput())


class PersonForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=40)
    staff_no = forms.CharField(label=_("Staff number at the agency"), max_length=20)
    trained_on = forms.DateField(label=_("Passed our examination on"), required=False, widget=DayInput())
    trained_until = forms.DateField(label=_("Training valid until"), required=False, widget=DayInput())


class AccountForm(forms.Form):
    """Accounts of role agency in the agency's branch that belong to nobody yet."""

    def __init__(self, data: Any, agency: Agency) -> None:
        super().__init__(data)
        free = User.objects.filter(role=Role.AGENCY, is_active=True, agency_person__isnull=True)
        rows = free.filter(branch__path__startswith=agency.branch.path).order_by("employee_no")
        self.fields["user"] = forms.ModelChoiceField(
            rows, label=_("Account"), empty_label=None, widget=forms.Select(attrs=DATA)
        )


class SegmentForm(forms.Form):
    """Which cases, and on what terms: read by GET, so that a choice can be kept and sent on."""

    bucket = forms.MultipleChoiceField(
        label=_("Buckets (none: all)"),
        required=False,
        choices=[(b.value, b.value) for b in BILLED],
        widget=forms.CheckboxSelectMultiple,
    )
    least = forms.DecimalField(label=_("Overdue at least, yuan"), required=False, min_value=0, decimal_places=2)
    most = forms.DecimalField(label=_("Overdue at most, yuan"), required=False, min_value=0, decimal_places=2)
    at_most = forms.IntegerField(label=_("At most so many cases"), min_value=1, max_value=MOST, initial=50)
    due_back = forms.DateField(label=_("Due back on"), widget=DayInput())
    purpose = forms.ChoiceField(label=_("What for"), choices=Batch.Purpose.choices)

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, initial={"due_back": today + timedelta(days=USUAL_DAYS)})
        self.fields["branch"] = forms.ModelChoiceField(
            branches_below(user), label=_("Branch"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.order_fields(["branch", "least", "most", "at_most", "due_back", "purpose", "bucket"])

    def segment(self) -> Segment:
        given = self.cleaned_data
        least = 0 if given["least"] is None else parse_fen(given["least"])
        most = None if given["most"] is None else parse_fen(given["most"])
        return Segment(given["branch"], tuple(given["bucket"]), least, most, given["at_most"])


class KeepForm(forms.Form):
    due_back = forms.DateField(label=_("Due back on"), widget=DayInput())
    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class TakeBackForm(ReasonForm):
    kind = forms.ChoiceField(
        label=_("How"),
        choices=[("recalled", _("Recall: the bank takes it back at once")), ("returned", _("Return: it is over"))],
        widget=forms.RadioSelect,
        initial="recalled",
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("File (XLSX or CSV)"))

    def paper(self) -> Paper:
        given = self.cleaned_data["file"]
        return Paper(given.name, given.read())


class StatementForm(FileForm):
    since = forms.DateField(label=_("From"), widget=DayInput())
    until = forms.DateField(label=_("To"), widget=DayInput())
    field_order = ["since", "until", "file"]


class SpanForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=DayInput())
    until = forms.DateField(label=_("To"), widget=DayInput())


class DeletionForm(OnceForm):
    who = forms.CharField(label=_("Who deleted the data"), max_length=40)
    on = forms.DateField(label=_("On which day"), widget=DayInput())
    how = forms.ChoiceField(label=_("How"), choices=DeletionCertificate.How.choices)
    file = forms.FileField(label=_("The signed certificate (PDF or picture)"))

    def paper(self) -> Paper:
        given = self.cleaned_data["file"]
        return Paper(given.name, given.read())


class OwnRevealForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What to show"), choices=[("name", _("Name")), ("phone", _("Phone")), ("address", _("Address"))]
    )
    purpose = forms.ChoiceField(
        label=_("Why it is needed"),
        choices=[(p.value, p.label) for p in (RevealPurpose.CALL, RevealPurpose.VISIT)],
    )


class OwnContactForm(OnceForm):
    channel = forms.ChoiceField(label=_("Channel"))
    result = forms.ChoiceField(label=_("Result"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, visits: bool) -> None:
        super().__init__(data)
        channels = ("call", "sms", "letter", *(("visit",) if visits else ()))
        give_choices(self, "channel", choices("channel", *channels))
        results = dict.fromkeys(result for channel in channels for result in RESULTS[channel])
        give_choices(self, "result", choices("contact_result", *results))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("channel") and given.get("result") not in RESULTS[given["channel"]]:
            self.add_error("result", _("This result does not fit the channel. Choose another."))
        return given

    @property
    def chosen_channel(self) -> Channel:
        return Channel(self.cleaned_data["channel"])


def rates_of(contract: Contract) -> list[tuple[str, str]]:
    """Bucket and percent, those without commission left out."""
    pairs = ((bucket.value, int(contract.rates_bp.get(bucket.value, 0))) for bucket in BILLED)
    return [(bucket, f"{Decimal(rate) / 100:.2f}%") for bucket, rate in pairs if rate]
