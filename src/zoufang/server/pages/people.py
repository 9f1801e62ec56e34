"""Staff and branches for the administrator; training for those who plan, train and oversee."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages import queries_staff as queries
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff import people
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import may, require
from zoufang.server.staff.services import enter_work_id
from zoufang.server.training import services as training
from zoufang.server.training.models import Course

DATA = {"class": "data"}


class MemberForm(forms.Form):
    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    employee_no = forms.CharField(label=gettext_lazy("Employee number"), max_length=20)
    username = forms.CharField(label=gettext_lazy("User name"), max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    password = forms.CharField(
        label=gettext_lazy("First password"),
        min_length=10,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters. Hand it over in person."),
    )

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        self.fields["branch"] = forms.ModelChoiceField(
            branches_below(user), label=_("Branch"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.order_fields(["full_name", "employee_no", "username", "role", "branch", "password"])


class CourseField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Course) -> str:
        return obj.title_en if get_language() == "en" else obj.title_zh


class WorkIdForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("Work ID valid until"))


class CertifyForm(forms.Form):
    score = forms.IntegerField(label=gettext_lazy("Score"), min_value=0, max_value=100)
    on = forms.DateField(
        label=gettext_lazy("Day of the examination"),
        widget=DayInput(),
    )

    def __init__(self, data: Any, user: User, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.today = today
        self.fields["officer"] = forms.ModelChoiceField(
            queries.visitors(user), label=_("Visitor"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.fields["course"] = CourseField(queries.courses(), label=_("Course"), empty_label=None)
        self.order_fields(["officer", "course", "score", "on"])

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("The examination cannot be in the future."))
        return day


@login_required
@require_GET
def staff_list(request: HttpRequest) -> HttpResponse:
    return render(
        request, "staff/list.html", {"offices": queries.offices(reader(request)), "today": business_date()}
    )


@login_required
def staff_new(request: HttpRequest) -> HttpResponse:
    require(reader(request), "manage_staff")
    form = MemberForm(request.POST or None, reader(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        try:
            made = people.admit(by=reader(request), at=now(), **given)
        except (Conflict, BadInput) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("%(name)s may log in now.") % {"name": made.full_name})
            return redirect("staff_list")
    return render(request, "staff/new.html", {"form": form})


@login_required
@require_POST
def staff_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    person = queries.person(pk, reader(request))
    act = people.deactivate if person.is_active else people.reactivate
    act(user=person, by=reader(request), at=now())
    done = _("The account is open again.") if person.is_active else _("The account is closed.")
    messages.success(request, done)
    return redirect("staff_list")


@login_required
@require_POST
def staff_work_id(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when a visitor's work ID is valid, as read on the card; without it the crew stays at home."""
    person, form = queries.person(pk, reader(request)), WorkIdForm(request.POST)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Enter the last day on which the work ID is valid.")))
    enter_work_id(user=person, until=form.cleaned_data["until"], by=reader(request), at=now())
    messages.success(request, _("The work ID is entered."))
    return redirect("staff_list")


@login_required
@require_GET
def training_overview(request: HttpRequest) -> HttpResponse:
    day = business_date()
    context = {"visitors": queries.training(reader(request), day), "courses": queries.courses(), "day": day}
    rights = {
        "certifies": may(reader(request), "certify"),
        "prescribes": may(reader(request), "prescribe_training"),
    }
    return render(request, "staff/training.html", context | rights)


@login_required
def certify(request: HttpRequest) -> HttpResponse:
    require(reader(request), "certify")
    form = CertifyForm(request.POST or None, reader(request), business_date())
    if request.method == "POST" and form.is_valid():
        try:
            training.certify(by=reader(request), at=now(), **form.cleaned_data)
        except BadInput as error:
            form.add_error("score", said(error))
        else:
            messages.success(request, _("The certificate is recorded."))
            return redirect("training_overview")
    return render(request, "staff/certify.html", {"form": form})
