"""Who gets in where: every address of the resolver, by GET and POST, compared with permission_matrix.yaml.

Asked as every role at home, as the same roles of another branch, and as a stranger. One without a row fails.
To get in is anything but a refusal (403), "no such thing" (404), a wrong method (405) or the way to the log-in.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.test import Client, TestCase, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.server.access.matrix_world import MatrixWorld, a_matrix_world
from zoufang.server.staff.models import User

MATRIX = Path(__file__).with_name("permission_matrix.yaml")
LETTERS = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))["letters"] if MATRIX.is_file() else {}
METHODS = ("get", "post")
STRANGER = "stranger"
REFUSED = frozenset({403, 404, 405})
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def addresses(resolver: URLResolver | None = None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each URL name with the names of its varying parts."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name), tuple(pattern.pattern.converters)


def expected() -> dict[str, dict[str, str]]:
    return yaml.safe_load(MATRIX.read_text(encoding="utf-8"))["addresses"] or {}


def test_every_address_has_its_row_and_no_row_is_left_over():
    named = {name for name, _parts in addresses()}
    missing, left_over = sorted(named - expected().keys()), sorted(expected().keys() - named)
    assert not missing, f"Say in {MATRIX.name} who may open: {missing}"
    assert not left_over, f"Take these out of {MATRIX.name}, no such address: {left_over}"


@override_settings(ZOUFANG_FILES=Path(tempfile.mkdtemp(prefix="zoufang-matrix-")))
class PermissionMatrix(TestCase):
    """The world is built once; each request is rolled back."""

    world: MatrixWorld

    @classmethod
    def setUpTestData(cls):
        cls.world = a_matrix_world()

    def setUp(self):
        logging.disable(logging.ERROR)  # each refusal would be a line
        self.addCleanup(logging.disable, logging.NOTSET)
        self.home = {role: signed_in(user) for role, user in self.world.home.items()}
        self.away = {role: signed_in(user) for role, user in self.world.away.items()}
        self.stranger = Client(raise_request_exception=False)

    def test_who_gets_in_is_who_the_table_names(self):
        wanted, wrong = expected(), []
        for name, parts in addresses():
            if lacking := self._lacking(name, parts):
                wrong.append(f"Give {name} a value for {lacking} in matrix_values.py")
                continue
            url = self._url(name, parts)
            for method in METHODS:
                found, faults = self._let_in(url, method)
                wrong += [f"{name} {method.upper()} as {who}: {fault}" for who, fault in faults]
                row = wanted.get(name, {})
                told = {key: row.get(key, "") for key in (method, f"{method}_away")}
                if found != told:
                    wrong.append(f"{name} {method.upper()}: the table says {told}, found {found}")
        assert not wrong, "\n".join(wrong)

    def test_a_visitor_opens_no_stop_of_another_crew(self):
        wrong = []
        client = signed_in(self.world.idle)
        for name, parts in addresses():
            if "visit_id" in parts and reverse(name, kwargs=self._kwargs(name, parts)).startswith("/my-day/"):
                for method in METHODS:
                    status = ask(client, self._url(name, parts), method).status_code
                    if status not in REFUSED:
                        wrong.append(f"{name} {method}: {status}")
        assert not wrong, wrong

    def test_no_list_shows_a_row_of_another_branch(self):
        """Whatever id stands in a page of the home branch about its people stands in no page of the other's."""
        wrong = []
        for role, client in self.away.items():
            for name, parts in addresses():
                if parts:
                    continue
                answer = ask(client, reverse(name), "get")
                shown = set(ID.findall(getattr(answer, "content", b"").decode("utf-8", "ignore")))
                if leaked := shown & self._ids():
                    wrong.append(f"{name} as {role}: {sorted(leaked)[:3]}")
        assert not wrong, wrong

    def _ids(self) -> set[str]:
        from zoufang.server.book.models import Loan, Party
        from zoufang.server.visiting.models import DayPlan, Visit

        if not hasattr(self, "_known_ids"):
            kinds = (Party, Loan, Visit, DayPlan)
            self._known_ids = {str(pk) for kind in kinds for pk in kind.objects.values_list("pk", flat=True)}
        return self._known_ids

    def _lacking(self, name: str, parts: tuple[str, ...]) -> list[str]:
        values = self.world.values
        return [part for part in parts if f"{name}.{part}" not in values and part not in values]

    def _kwargs(self, name: str, parts: tuple[str, ...]) -> dict[str, Any]:
        values = self.world.values
        return {part: values.get(f"{name}.{part}", values.get(part)) for part in parts}

    def _url(self, name: str, parts: tuple[str, ...]) -> str:
        return reverse(name, kwargs=self._kwargs(name, parts))

    def _let_in(self, url: str, method: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """Letters of the roles let in at home and away ("+" for a stranger), and crashes."""
        faults: list[tuple[str, str]] = []
        found = {method: [], f"{method}_away": []}
        for key, clients in ((method, self.home), (f"{method}_away", self.away)):
            for role, client in clients.items():
                answer = ask(client, url, method)
                if answer.status_code >= 500:
                    faults.append((role, str(answer.exc_info[1] if answer.exc_info else answer.status_code)))
                elif let_in(answer):
                    found[key].append(LETTERS[role])
        if let_in(ask(self.stranger, url, method)):
            found[method].append("+")
        return {key: "".join(letters) for key, letters in found.items()}, faults


def ask(client: Client, url: str, method: str) -> Any:
    """The answer, with all that it changed undone: rows, and the log-in where the address logs out."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def let_in(answer: Any) -> bool:
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
    return answer.status_code not in REFUSED and not to_login
