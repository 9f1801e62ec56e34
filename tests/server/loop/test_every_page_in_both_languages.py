"""Every page that a link leads to, as every role, in Chinese and in English, on a played bank.

Strict where the page itself speaks; data of the bank (names, codes, what people typed) may stand in its own words,
but a phrase of English in a Chinese page is a leftover even there.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter, deque
from datetime import date
from pathlib import Path

from django.conf import settings
from django.test import Client, TestCase, override_settings
from django.urls import Resolver404, resolve

from tests.server.language_check import phrases, strangers
from zoufang.core.simulation import BankSize
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.demo.play import play
from zoufang.server.staff.models import Role, User

START = date(2026, 10, 26)
LINK = re.compile(r'href="(/[^"#]*)')
# Two of each kind: the first may lack what the second shows.
EACH = 2
NOT_PAGES = frozenset({"set_language", "logout", "login"})


@override_settings(ZOUFANG_FILES=Path(tempfile.mkdtemp(prefix="zoufang-words-")))
class EveryPage(TestCase):
    """Reads only; the world is built once."""

    @classmethod
    def setUpTestData(cls):
        size = BankSize(160, 2)
        play(start=START, seed=11, size=size, weeks=1, iterations=60, progress=lambda stage, done, total: None)

    def test_no_role_reads_a_word_of_the_other_language(self):
        assert RepaymentPlan.objects.exists()  # else nobody would read what stands in one
        wrong: dict[str, list[str]] = {}
        for role in Role.values:
            user = User.objects.filter(role=role, is_active=True).order_by("pk").first()
            if user is not None:
                wrong |= {f"{role} {url}": texts for url, texts in _walk(user)}
        assert not wrong, "\n".join(f"{page}: {texts}" for page, texts in wrong.items())


def _walk(user: User):
    client = Client()
    client.force_login(user)
    seen, waiting, kinds = {"/"}, deque(["/"]), Counter[str]()
    while waiting:
        url = waiting.popleft()
        for language in ("zh-hans", "en"):
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            answer = client.get(url, follow=True)
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                continue
            html = answer.content.decode()
            if texts := [*strangers(html, language), *phrases(html, language)]:
                yield f"{url} ({language})", sorted(set(texts))
        for link in LINK.findall(html):
            kind = _kind(link)
            if link not in seen and kind and kinds[kind] < EACH:
                seen.add(link)
                kinds[kind] += 1
                waiting.append(link)


def _kind(link: str) -> str:
    """The view's name with the names of its filters: each is a page of its own kind; "" for what is no page."""
    path, _, query = link.replace("&amp;", "&").partition("?")
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return "" if name in NOT_PAGES else "?".join((name, ",".join(sorted(re.findall(r"(\w+)=", query)))))
