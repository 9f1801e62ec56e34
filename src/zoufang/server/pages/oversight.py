"""The compliance officer's pages: complaints, stops, attestations, verdicts, rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.compliance import ATTESTABLE, FACT_NAMES
from zoufang.core.errors import BadInput
from zoufang.server.book import vault
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_once_a_day
from zoufang.server.daily.rejudging import JudgedAgain, judge_again
from zoufang.server.oversight import rule_figures, services
from zoufang.server.oversight.complaints import findings_open
from zoufang.server.oversight.models import Complaint, Stop, Verdict
from zoufang.server.pages import queries_oversight as queries
from zoufang.server.pages.charts import Series, bars
from zoufang.server.pages.complaint_steps import steps_context
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.visit_values import values_in_force
from zoufang.server.pages.words import choices
from zoufang.server.review.lessons import close_and_learn
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may, require

ALL = ("", gettext_lazy("All"))
DAY = DayInput()
ATTESTED_FOR = timedelta(days=365)


class CloseForm(forms.Form):
    finding = forms.ChoiceField(label=gettext_lazy("Finding"))

    def __init__(self, data: Any, complaint: Complaint) -> None:
        super().__init__(data)
        self.open = findings_open(complaint)
        give_choices(self, "finding", choices("finding", *self.open) if self.open else [])


class AttestForm(forms.Form):
    fact = forms.ChoiceField(label=gettext_lazy("Fact"))
    source_system = forms.ChoiceField(
        label=gettext_lazy("For the customers of this source"), widget=forms.Select(attrs={"class": "data"})
    )
    basis = forms.CharField(
        label=gettext_lazy("Basis: where was it looked up?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expires = forms.DateField(label=gettext_lazy("Valid until"), widget=DAY)

    def __init__(self, data: Any, sources: list[str], today: date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"expires": today + ATTESTED_FOR} | initial)
        self.today = today
        give_choices(self, "fact", [(fact, _(FACT_NAMES[fact])) for fact in FACT_NAMES if fact in ATTESTABLE])
        give_choices(self, "source_system", [(name, name) for name in sources])

    def clean_expires(self) -> date:
        day: date = self.cleaned_data["expires"]
        if not self.today < day <= self.today + 2 * ATTESTED_FOR:
            raise forms.ValidationError(_("Choose a day after today and within two years."))
        return day


class VerdictFilter(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DAY)
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    rule = forms.CharField(label=gettext_lazy("Rule"), required=False, max_length=12)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        give_choices(self, "decision", [ALL, *choices("decision")])
        give_choices(self, "channel", [ALL, *choices("channel")])

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"day": None} | self.cleaned_data


class OverrideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why the visit is right all the same"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@login_required
@require_GET
def complaint_list(request: HttpRequest) -> HttpResponse:
    state = "closed" if request.GET.get("state") == "closed" else "open"
    page = queries.complaints(reader(request), state=state, page=request.GET.get("page"))
    return render(request, "oversight/complaints.html", {"page": page, "state": state, "today": business_date()})


@login_required
def complaint(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """What the customer said is opened for whoever may close it."""
    found = queries.complaint(complaint_id, reader(request))
    closes = may(reader(request), "close_complaint", found)
    form = CloseForm(request.POST or None, found)
    if request.method == "POST":
        require(reader(request), "close_complaint", found)
    if request.method == "POST" and form.is_valid():
        close_and_learn(
            complaint=found, finding=form.cleaned_data["finding"], on=business_date(), by=reader(request), at=now()
        )
        messages.success(request, _("The complaint is closed."))
        return redirect("complaint_list")
    text = vault.unseal(found.party.key, found.sealed_text, "complaint") if closes else None
    if closes:
        note_once_a_day(
            party=found.party,
            what="complaint",
            purpose=RevealPurpose.COMPLAINT,
            by=reader(request),
            at=now(),
            subject=str(found.pk),
            branch=found.branch,
        )
    context = {"complaint": found, "form": form, "closes": closes, "text": text, "today": business_date()}
    return render(request, "oversight/complaint.html", context | steps_context(found, reader(request)))


@login_required
@require_GET
def stop_list(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in Stop.Kind.values else ""
    page = queries.stops(reader(request), business_date(), kind=kind, page=request.GET.get("page"))
    context = {"page": page, "kind": kind, "kinds": Stop.Kind.choices, "lifts": may(reader(request), "lift_stop")}
    return render(request, "oversight/stops.html", context)


@login_required
@require_POST
def stop_lift(request: HttpRequest, stop_id: UUID) -> HttpResponse:
    services.lift_stop(stop=queries.stop(stop_id, reader(request)), by=reader(request), at=now())
    messages.success(request, _("The stop is lifted."))
    return redirect("stop_list")


@login_required
def attestation_list(request: HttpRequest) -> HttpResponse:
    """What is missing, who vouches for what, and a form for the first signature."""
    day, missing = queries.missing_facts(reader(request))
    sources = queries.source_systems(reader(request))
    wanted = {name: request.GET[name] for name in ("fact", "source_system") if name in request.GET}
    form = AttestForm(request.POST or None, sources, business_date(), wanted)
    if request.method == "POST" and form.is_valid():
        services.attest(id=new_id(), by=reader(request), at=now(), **form.cleaned_data)
        messages.success(request, _("Signed once. It counts when a second person has signed."))
        return redirect("attestation_list")
    context: dict[str, Any] = {"day": day, "missing": missing, "form": form, "today": business_date()}
    context |= {"attestations": queries.attestations(reader(request)), "names": FACT_NAMES}
    return render(request, "oversight/attestations.html", context)


@login_required
@require_POST
def attestation_sign(request: HttpRequest, attestation_id: UUID) -> HttpResponse:
    statement = queries.attestation(attestation_id, reader(request))
    services.countersign(statement=statement, by=reader(request), at=now())
    messages.success(request, _("Both have signed: the fact counts from now on."))
    return redirect("attestation_list")


@login_required
@require_GET
def verdict_list(request: HttpRequest) -> HttpResponse:
    form = VerdictFilter(request.GET)
    found = queries.verdicts(reader(request), page=request.GET.get("page"), **form.wanted())
    context = {"form": form, "found": found, "page": found.page, "chart": _chart(found.by_rule)}
    return render(request, "oversight/verdicts.html", context)


def _chart(by_rule: list[tuple[str, int]]) -> Any:
    if not by_rule:
        return None
    counts = Series(_("Decisions"), tuple(n for _rule, n in by_rule), tone="red")
    names = [rule for rule, _n in by_rule]
    return bars("rules", _("Rules that stood in the way"), names, [counts], unit="count", first_column=_("Rule"))


@login_required
def verdict(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    """One decision with everything it rests on; a warning may be overridden here, a block never."""
    found = queries.verdict(verdict_id, reader(request))
    warns = [f["rule_id"] for f in found.body["findings"] if f["decision"] == "warn"]
    form = OverrideForm(request.POST or None)
    if request.method == "POST":
        require(reader(request), "override_warning", found)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.override_warning(verdict=found, rule_ids=warns, reason=reason, by=reader(request), at=now())
        messages.success(request, _("Your override is kept. The gate reads it when it is asked again."))
        return redirect("verdict", verdict_id)
    may_override = found.decision == "warn" and may(reader(request), "override_warning", found)
    context = {"verdict": found, "body": found.body, "form": form if may_override else None}
    context |= {"again": _judged_again(found)}
    return render(request, "oversight/verdict.html", context | {"facts": found.facts.body.items()})


def _judged_again(found: Verdict) -> JudgedAgain | None:
    """None for a decision that was kept in the form of an older version."""
    try:
        return judge_again(found)
    except BadInput:
        return None


@login_required
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """For every member of staff: what binds them, in plain words."""
    day = business_date()
    proposes = may(reader(request), "propose_values")
    context = {"packs": queries.rules(day), "day": day, "proposes": proposes, **values_in_force(day)}
    context |= {"elsewhere": queries.rules_of_no_pack(day), "figures": list(rule_figures.proposals())}
    return render(request, "oversight/rules.html", context)
