"""Licences and people of an agency, and who of them may log in."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zoufang.server.agencies import people
from zoufang.server.agencies.models import Person
from zoufang.server.pages import agency_forms
from zoufang.server.pages.agencies import address_of, agency_for, done, filled_in
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now


@login_required
def agency_licence_new(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found, form = agency_for(request, agency_id, "propose_agency"), agency_forms.LicenceForm(request.POST or None)

    def do() -> HttpResponse:
        people.add_licence(agency=found, by=reader(request), at=now(), **form.cleaned_data)
        return done(request, found, _("The licence is entered."))

    return filled_in(request, form, do, _("Enter a licence"), address_of(found))


@login_required
def agency_person_new(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found, form = agency_for(request, agency_id, "propose_agency"), agency_forms.PersonForm(request.POST or None)

    def do() -> HttpResponse:
        people.add_person(agency=found, by=reader(request), at=now(), **form.cleaned_data)
        return done(request, found, _("The person is entered."))

    hint = _("A staff number that is known already gets the newer training.")
    return filled_in(request, form, do, _("Enter a person of the agency"), address_of(found), hint)


@login_required
def agency_person_account(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = _person(request, person_id, "approve_agency")
    form = agency_forms.AccountForm(request.POST or None, person.agency)

    def do() -> HttpResponse:
        people.let_in(person=person, user=form.cleaned_data["user"], by=reader(request), at=now())
        return done(request, person.agency, _("The person may log in and sees the agency's cases."))

    hint = _("An administrator makes the account with the role Collection agency; here it is tied to the person.")
    return filled_in(request, form, do, _("Give access"), address_of(person.agency), hint)


@login_required
@require_POST
def agency_person_left(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = _person(request, person_id, "propose_agency")
    people.person_left(person=person, on=business_date(), by=reader(request), at=now())
    return done(request, person.agency, _("The person sees nothing any more."))


def _person(request: HttpRequest, person_id: UUID, action: str) -> Person:
    person = get_object_or_404(Person, pk=person_id)
    person.agency = agency_for(request, person.agency_id, action)
    return person
