"""Learn, practise, be examined: a visitor's own pages, and what a trainer asks for again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput
from zoufang.core.training import Asked, Played, Scenario, Text, play
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.pages import queries_staff as queries
from zoufang.server.pages.people import DATA, CourseField
from zoufang.server.pages.queries_learning import learning_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role
from zoufang.server.staff.permissions import require
from zoufang.server.training import exams
from zoufang.server.training import services as training
from zoufang.server.training.models import Course, Sitting


class PrescribeForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("What was found"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The visitor reads this. Name the conduct, no customer."),
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        self.fields["officer"] = forms.ModelChoiceField(
            queries.visitors(user), label=_("Visitor"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.fields["course"] = CourseField(queries.courses(), label=_("Course"), empty_label=None)
        self.order_fields(["officer", "course", "why"])


@login_required
@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """The courses with what the reader holds of each, and the practice talks."""
    user, day = reader(request), business_date()
    require(user, "take_training")
    own = {"day": day, "has_record": user.role == Role.VISITOR}
    return render(request, "learning/list.html", own | learning_of(user, day))


@login_required
@require_GET
def course(request: HttpRequest, code: str) -> HttpResponse:
    """The material of a course."""
    require(reader(request), "take_training")
    found = get_object_or_404(Course, code=code)
    content = exams.content_of(found)
    rules = exams.rules_of(content, found)
    sections = [{"title": _words(one.title), "body": _words(one.body)} for one in content.material]
    return render(request, "learning/course.html", {"course": found, "sections": sections, "rules": rules})


@login_required
@require_POST
def exam_begin(request: HttpRequest, code: str) -> HttpResponse:
    sitting = exams.begin(
        course=get_object_or_404(Course, code=code), by=reader(request), on=business_date(), at=now()
    )
    return redirect("exam", sitting.pk)


@login_required
def exam(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The paper; after it is handed in, what was missed and why."""
    user = reader(request)
    sitting = get_object_or_404(Sitting.objects.select_related("course"), pk=sitting_id, officer=user)
    if request.method == "POST":
        answers = {
            key.removeprefix("q-"): [int(place) for place in request.POST.getlist(key) if place.isdigit()]
            for key in request.POST
            if key.startswith("q-")
        }
        exams.hand_in(sitting=sitting, answers=answers, by=user, on=business_date(), at=now())
        return redirect("exam", sitting.pk)
    if sitting.handed_in_at is not None:
        missed = [
            {"text": _words(q.text), "why": _words(q.why), "rule": q.rule, "red_line": q.red_line}
            for q in exams.missed_questions(sitting)
        ]
        return render(request, "learning/result.html", {"sitting": sitting, "missed": missed})
    paper = exams.paper_of(sitting)
    asked = [_asked(number, one) for number, one in enumerate(paper.asked, start=1)]
    return render(request, "learning/exam.html", {"sitting": sitting, "asked": asked, "rules": paper.rules})


def _asked(number: int, one: Asked) -> dict[str, Any]:
    choices = [(place, _words(one.question.choices[i].text)) for place, i in enumerate(one.order)]
    return {
        "number": number,
        "name": f"q-{one.question.code}",
        "text": _words(one.question.text),
        "several": one.question.several,
        "choices": choices,
    }


@login_required
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """One step of a practice talk; the choices so far stand in the address, so that going back is trying again."""
    user = reader(request)
    require(user, "take_training")
    scenario, picks = exams.scenario_of(code), _picks(request)
    if request.method == "POST":
        kept, played = exams.keep_practice(id=_id(request), scenario=scenario, picks=picks, by=user, at=now())
        told = _("Kept: %(score)s of 100.") % {"score": kept.score}
        (messages.success if played.passed else messages.warning)(request, told)
        return redirect("learning")
    return render(request, "learning/practice.html", _talk(scenario, picks, play(scenario, picks)))


def _picks(request: HttpRequest) -> list[int]:
    given = request.POST.get("picks") or request.GET.get("picks", "")
    parts = [part for part in given.split(",") if part]
    if not all(part.isdigit() for part in parts):
        raise BadInput(_("The choices in the address are no numbers. Begin the talk again."))
    return [int(part) for part in parts]


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise BadInput(_("This talk has no number. Begin the talk again.")) from None


def _talk(scenario: Scenario, picks: list[int], played: Played) -> dict[str, Any]:
    so_far = ",".join(map(str, picks))
    joined = f"{so_far}," if so_far else ""
    answers = [
        {"text": _words(answer.text), "picks": f"{joined}{place}"}
        for place, answer in enumerate(played.scene.answers)
    ]
    return {
        "scenario": scenario,
        "title": _words(scenario.title),
        "scene": _words(played.scene.text),
        "answers": answers,
        "given": [{"text": _words(a.text), "why": _words(a.why), "answer": a} for a in played.given],
        "rules": _rules(played.broken),
        "played": played,
        "picks": so_far,
        "back": ",".join(map(str, picks[:-1])),
        "id": new_id(),
    }


def _rules(ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each broken rule in the reader's words, by the packs in force."""
    known = {rule.id: rule.origins[0] for rule in compliance_policy(business_date()).rules.values()}
    zh = get_language() != "en"
    return [(one, (known[one].zh if zh else known[one].en) if one in known else "") for one in ids]


def _words(text: Text) -> str:
    return text.in_language(get_language() or "zh")


@login_required
def prescribe(request: HttpRequest) -> HttpResponse:
    """Ask a visitor to pass a course again after a finding; until then no visits that need it."""
    user = reader(request)
    require(user, "prescribe_training")
    form = PrescribeForm(request.POST or None, user)
    if request.method == "POST" and form.is_valid():
        try:
            training.prescribe(id=new_id(), on=business_date(), by=user, at=now(), **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("From today only a new certificate of this course counts."))
            return redirect("training_overview")
    return render(request, "learning/prescribe.html", {"form": form})
