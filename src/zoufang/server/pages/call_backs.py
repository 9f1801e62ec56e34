"""Call-backs: which visits wait to be asked about, and the short questionnaire."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.server.borrower.models import CallBack
from zoufang.server.daily import call_backs
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import require, scope

ANSWERS = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
KNOWN = {"yes": True, "no": False, "": None}
DONE_SHOWN = 20


class Questionnaire(forms.Form):
    introduced = forms.ChoiceField(
        label=gettext_lazy("Did they say who they are and show the badge?"), choices=ANSWERS, required=False
    )
    asked_for_cash = forms.ChoiceField(
        label=gettext_lazy("Did they ask for cash or a private transfer?"), choices=ANSWERS, required=False
    )
    respected = forms.ChoiceField(
        label=gettext_lazy("Were you treated with respect?"), choices=ANSWERS, required=False
    )
    plan_understood = forms.ChoiceField(
        label=gettext_lazy("Is it clear to you what was agreed?"), choices=ANSWERS, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("In the customer's words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_reached = forms.BooleanField(label=gettext_lazy("Nobody was reached"), required=False)

    def answers(self) -> call_backs.Answers | None:
        """None: nobody was reached."""
        if self.cleaned_data["not_reached"]:
            return None
        names = ("introduced", "asked_for_cash", "respected", "plan_understood")
        return call_backs.Answers(**{name: KNOWN[self.cleaned_data[name]] for name in names})


@login_required
@require_GET
def call_back_list(request: HttpRequest) -> HttpResponse:
    """Those that wait, the most pressing first, and the last that were done."""
    require(reader(request), "call_back")
    own = scope(reader(request))
    done = CallBack.objects.filter(own).exclude(result="").select_related("visit__party", "visit__target", "by")
    context = {
        "waiting": call_backs.waiting().filter(own),
        "done": done.order_by("-at")[:DONE_SHOWN],
        "today": business_date(),
    }
    return render(request, "borrower/call_backs.html", context)


@login_required
def call_back(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ask the gate, ring, write down; a fault opens a complaint."""
    found = _found(request, visit_id)
    form = Questionnaire(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"answers": form.answers(), "note": form.cleaned_data["note"]}
        done = call_backs.record_answers(
            call_back=found, by=reader(request), today=business_date(), at=now(), **given
        )
        opened = _("Kept. A complaint is open: somebody has to answer it.")
        messages.success(request, opened if done.bad else _("Kept."))
        return redirect("call_back_list")
    phone, said = call_backs.ask(found, at=now())
    context = {"call_back": found, "form": form, "phone": phone, "said": said, "today": business_date()}
    return render(request, "borrower/call_back.html", context)


@login_required
@require_POST
def call_back_let_go(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    call_backs.let_go(call_back=_found(request, visit_id), by=reader(request), at=now())
    messages.success(request, _("Kept: the rules forbid this call."))
    return redirect("call_back_list")


def _found(request: HttpRequest, visit_id: UUID) -> CallBack:
    require(reader(request), "call_back")
    rows = CallBack.objects.filter(scope(reader(request)))
    related = ("visit__party__branch", "visit__target__branch", "visit__branch", "branch")
    return get_object_or_404(rows.select_related(*related), pk=visit_id)
