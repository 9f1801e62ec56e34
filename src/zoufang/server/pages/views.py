"""Signing in, the start page, the reader's unit, and the pages for errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages import units
from zoufang.server.pages.context import is_simulated
from zoufang.server.pages.start import start_page
from zoufang.server.staff import queries as staff


class SignIn(LoginView):
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = settings.ZOUFANG_SHOW_DEMO_LOGINS and is_simulated()
        demo = (
            {"people": staff.first_user_of_each_role(), "password": settings.ZOUFANG_DEMO_PASSWORD}
            if shown
            else None
        )
        return super().get_context_data(**kwargs) | {"demo": demo}


@login_required
def start(request: HttpRequest) -> HttpResponse:
    template, context = start_page(getattr(request.user, "role", ""))(request)
    return render(request, template, context)


@require_POST
def choose_unit(request: HttpRequest) -> HttpResponse:
    """Remember whether amounts are shown in yuan or 万元, and go back."""
    unit = request.POST.get("unit", "")
    if unit not in units.UNITS:
        raise BadInput(
            Message(gettext_noop("Unit %(unit)s is not known. Choose yuan or 10k yuan."), {"unit": unit})
        )
    request.session[units.SESSION_KEY] = unit
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("start"))
