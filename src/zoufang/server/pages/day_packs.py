"""Day packs on paper: print, take back, declare lost, weigh the loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.files.day_pack_pdf import day_pack_pdf
from zoufang.files.day_sheet_pdf import Language
from zoufang.server.book import exports
from zoufang.server.evidence import day_packs, paper_visits
from zoufang.server.evidence.models import DayPack
from zoufang.server.pages.day_pack_lines import sheets_of
from zoufang.server.pages.day_sheets import download
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.plan_sheet import CrewPart, crew_parts
from zoufang.server.pages.plan_slack import withdrawn
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import may
from zoufang.server.visiting import day_sheets as visiting
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.models import DayPlan

PAGE = 25


class BackForm(forms.Form):
    pages = forms.IntegerField(label=gettext_lazy("Pages counted"), min_value=0, max_value=500)


class LostForm(forms.Form):
    part = forms.ChoiceField(label=gettext_lazy("What is missing"), choices=DayPack.Part.choices)
    where = forms.CharField(
        label=gettext_lazy("Where and when it was last seen"),
        max_length=200,
        help_text=gettext_lazy("No names and no debts."),
    )


class AssessForm(forms.Form):
    effect = forms.ChoiceField(label=gettext_lazy("What it means"), choices=DayPack.Effect.choices)
    note = forms.CharField(
        label=gettext_lazy("What was found out and done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class NumberForm(forms.Form):
    no = forms.CharField(
        label=gettext_lazy("Number of the form"),
        max_length=48,
        help_text=gettext_lazy("It stands at the top right of the form."),
    )


@login_required
@require_POST
def plan_day_pack(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One crew's pack; all crews together are never printed with names."""
    return _printed(request, visiting.plan_to_print(reader(request), pk=plan_id), request.POST.get("crew", ""))


@login_required
@require_POST
def my_day_pack(request: HttpRequest) -> HttpResponse:
    return _printed(request, visiting.own_plan(reader(request), business_date()), "")


def _printed(request: HttpRequest, plan: DayPlan, code: str) -> HttpResponse:
    user, at = reader(request), now()
    language: Language = "en" if request.POST.get("language", get_language()) == "en" else "zh"
    part = _part(request, plan, code)

    def draw(serial: str, numbers: Sequence[str]) -> day_packs.Drawn:
        with override("en" if language == "en" else "zh-hans"):
            return day_packs.Drawn(
                *day_pack_pdf(sheets_of(part, numbers, serial=serial, by=user, at=at), language)
            )

    pack, content = day_packs.print_pack(plan=plan, crew=part.crew, stops=part.stops, draw=draw, by=user, at=at)
    mark = exports.Stamp(pack.serial, user, at)
    exports.keep_export(mark=mark, kind="day_pack", content=content, branch=plan.branch)
    return download(content, "application/pdf", f"day-pack-{pack.serial}.pdf")


def _part(request: HttpRequest, plan: DayPlan, code: str) -> CrewPart:
    """The crew's way without the visits that were withdrawn."""
    mine = {crew.pk: crew for crew in visiting.crews_to_print(plan, reader(request))}
    parts = [part for part in crew_parts(plan, queries.stops_of_plan(plan)) if part.crew.pk in mine]
    chosen = [part for part in parts if part.crew.code == code or (not code and len(parts) == 1)]
    if not chosen:
        raise NotFound(Message(gettext_noop("No such crew goes out by this plan.")))
    part = chosen[0]
    part.crew = mine[part.crew.pk]
    part.stops = [stop for stop in part.stops if not withdrawn(stop)]
    return part


@login_required
@require_GET
def day_pack_list(request: HttpRequest) -> HttpResponse:
    """What is out, what came back, what is lost; and the forms that wait for the second person."""
    user = reader(request)
    page = page_of(day_packs.packs(user), PAGE, request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "today": business_date(), "keys": may(user, "key_in_paper_visit")}
    context["form"] = NumberForm()
    waits = paper_visits.papers_keyed(user).filter(reviewed_at=None)
    context |= {"waits": waits, "checks": may(user, "review_paper_visit")}
    return render(request, "papers/day_packs.html", context)


@login_required
@require_GET
def day_pack(request: HttpRequest, serial: str) -> HttpResponse:
    return _page(request, day_packs.pack_seen(serial, reader(request)))


def _page(request: HttpRequest, pack: DayPack, *, status: int = 200, **sent: forms.Form) -> HttpResponse:
    user = reader(request)
    keyed = {paper.paper_no: paper for paper in pack.keyed.select_related("keyed_by", "reviewed_by")}
    lines = [{"form": form, "paper": keyed.get(form["no"])} for form in pack.forms]
    context = {"pack": pack, "lines": lines, "people": day_packs.people_named(pack), "today": business_date()}
    context |= {"keys": may(user, "key_in_paper_visit", pack), "checks": may(user, "review_paper_visit", pack)}
    if pack.returned_at is None and may(user, "take_back_day_pack", pack):
        context["back"] = sent.get("back") or BackForm()
    if pack.out and may(user, "declare_pack_lost", pack):
        context["lost"] = sent.get("lost") or LostForm()
    if pack.to_assess and may(user, "assess_lost_pack", pack):
        context["assess"] = sent.get("assess") or AssessForm()
    return render(request, "papers/day_pack.html", context, status=status)


@login_required
@require_POST
def day_pack_back(request: HttpRequest, serial: str) -> HttpResponse:
    pack, form = day_packs.pack_seen(serial, reader(request)), BackForm(request.POST)
    if form.is_valid():
        try:
            day_packs.take_back(pack=pack, pages=form.cleaned_data["pages"], by=reader(request), at=now())
        except (BadInput, Conflict, NotPermitted) as error:
            _refuse(request, error, form)
        else:
            messages.success(request, _("The pack is back, every page of it."))
            return redirect("day_pack", serial)
    return _page(request, pack, status=422, back=form)


@login_required
@require_POST
def day_pack_lost(request: HttpRequest, serial: str) -> HttpResponse:
    pack, form = day_packs.pack_seen(serial, reader(request)), LostForm(request.POST)
    if form.is_valid():
        part, where = DayPack.Part(form.cleaned_data["part"]), form.cleaned_data["where"]
        try:
            day_packs.declare_lost(pack=pack, part=part, where=where, by=reader(request), at=now())
        except (BadInput, Conflict) as error:
            _refuse(request, error, form)
        else:
            messages.warning(request, _("Declared lost. Compliance sees it on its start page at once."))
            return redirect("day_pack", serial)
    return _page(request, pack, status=422, lost=form)


@login_required
@require_POST
def day_pack_assess(request: HttpRequest, serial: str) -> HttpResponse:
    pack, form = day_packs.pack_seen(serial, reader(request)), AssessForm(request.POST)
    if form.is_valid():
        effect, note = DayPack.Effect(form.cleaned_data["effect"]), form.cleaned_data["note"]
        try:
            day_packs.assess_loss(pack=pack, effect=effect, note=note, by=reader(request), at=now())
        except (BadInput, Conflict, NotPermitted) as error:
            _refuse(request, error, form)
        else:
            messages.success(request, _("The loss is assessed."))
            return redirect("day_pack", serial)
    return _page(request, pack, status=422, assess=form)


def _refuse(request: HttpRequest, error: Exception, form: forms.Form) -> None:
    """What a second person has to do is said in place; a role that may not at all is refused as everywhere."""
    if isinstance(error, NotPermitted) and not isinstance(error.args[0], Message):
        raise error
    form.add_error(None, said(error))
