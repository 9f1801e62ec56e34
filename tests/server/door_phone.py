"""An officer's phone at the door, and the usual steps of a visit taken with it."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from tests.server.staffing import PASSWORD


def login(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Phone:
    """One officer's phone: takes steps as the page's forms do."""

    def __init__(self, visit, user):
        self.visit, self.user, self.client = visit, user, login(user)

    def page(self):
        return self.client.get(reverse("visit_page", args=[self.visit.pk]))

    def html(self):
        return self.page().content.decode()

    def step(self, kind, **given):
        sent = {"event_id": str(uuid4())} | {k: v for k, v in given.items() if v is not None}
        return self.client.post(reverse("visit_event", args=[self.visit.pk, kind]), sent)

    def take(self, kind, **given):
        answer = self.step(kind, **given)
        assert answer.status_code == 302, (
            answer.content.decode().split("field-error")[1:2] or answer.content.decode()
        )
        return answer


def arrive(phones):
    for phone in phones:
        phone.take("checked_in", lat=37.16, lon=116.43, accuracy_m=12)


def identify(phones):
    arrive(phones)
    phones[0].take("person_met", who="debtor")
    phones[0].take("person_identified", who="debtor", method="name_and_id_tail", passed="yes")


def talk(phones):
    identify(phones)
    mate = phones[1].user
    phones[0].take(
        "recording_refused",
        reason="customer_refused",
        note="客户不同意录音",
        co_signed_by=str(mate.pk),
        password=PASSWORD,
    )
    phones[0].take("disclosure_made")
    phones[0].take("vulnerability_checked")


def leave(phones, **result):
    given = {"outcome": "met", "ability": "part", "willingness": "open", "reason": "income_drop"} | result
    phones[0].take("outcome_recorded", **given)
    for phone in phones:
        phone.take("checked_out")
    phones[0].take("closed")
