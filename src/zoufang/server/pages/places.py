"""Addresses on the map: what crews found, what nobody can drive to yet, and how finely the rest is known."""

from __future__ import annotations

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

from zoufang.core.errors import NotFound
from zoufang.core.values import Datum, Message, Point, Precision, gettext_noop
from zoufang.server.book import queries as book
from zoufang.server.book.models import Address
from zoufang.server.daily import check_in_points as check_ins
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.place_pictures import place_map, shares_chart
from zoufang.server.pages.reader import reader
from zoufang.server.places import queries
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

PAGE = 25


class PointForm(forms.Form):
    """`datum`: of the map from which the numbers were read; a click on the page's own map gives WGS-84."""

    lat = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates of"),
        choices=[
            (Datum.WGS84, gettext_lazy("GPS, this page's map, CGCS2000 (WGS-84)")),
            (Datum.GCJ02, gettext_lazy("AMap or Tencent (GCJ-02)")),
            (Datum.BD09, gettext_lazy("Baidu (BD-09)")),
        ],
    )

    def point(self) -> Point:
        given = self.cleaned_data
        return Point(given["lat"], given["lon"], Datum(given["datum"]))


@login_required
@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "mend_places")
    found, mend = check_ins.addresses_with_fixes(user), queries.to_mend(user)
    mending = request.GET.get("show") == "mend" or not found.exists()
    page = page_of(mend if mending else found, PAGE, request.GET.get("page"))
    proposed = {} if mending else check_ins.proposals(page.object_list)
    shares = queries.shares_by_branch(user)
    context: dict[str, Any] = {"page": page, "mending": mending, "found": found.count(), "mend": mend.count()}
    context["rows"] = [(address, proposed.get(address.pk)) for address in page.object_list]
    context |= {"chart": shares_chart(shares) if shares else None, "gazetteer": queries.latest()}
    context["may_import"] = may(user, "import_file")
    return render(request, "places/list.html", context)


@login_required
def place(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """One address: what is known of it, and its point by hand."""
    user = reader(request)
    address = _address(address_id, user)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check_ins.set_by_hand(address=address, point=form.point(), by=user, at=now())
        messages.success(request, _("The point is confirmed."))
        return redirect("place_list")
    proposal = check_ins.proposals([address]).get(address.pk)
    if proposal is not None and address.precision in queries.FINE:
        proposal = None
    context = {"address": address, "form": form, "proposal": proposal, "map": place_map(address, proposal)}
    context["approximate"] = address.precision in (Precision.VILLAGE, Precision.TOWNSHIP)
    return render(request, "places/place.html", context)


@login_required
@require_POST
def place_confirm(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Take where a crew stood; `visit` says which, where their check-ins disagree."""
    user = reader(request)
    address = _address(address_id, user)
    visit = request.POST.get("visit", "")
    check_ins.confirm_check_in(address=address, visit_id=UUID(visit) if visit else None, by=user, at=now())
    messages.success(request, _("The point is confirmed."))
    return redirect("place_list")


def _address(address_id: UUID, user: User) -> Address:
    """NotFound for one that this user does not see."""
    found = Address.objects.filter(pk=address_id).select_related("party__branch", "placing").first()
    if found is None:
        raise NotFound(Message(gettext_noop("There is no such address.")))
    book.party(found.party_id, user)
    require(user, "mend_places", found.party)
    return found
