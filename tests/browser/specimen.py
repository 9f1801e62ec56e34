"""A page that holds one of everything that the foundation offers, and a menu with every entry: only for tests."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages import charts, maps
from zoufang.server.pages.navigation import SECTIONS
from zoufang.server.pages.templatetags.zoufang import said

PAGE = Path(__file__).with_name("specimen.html")


class Everything(forms.Form):
    amount = forms.DecimalField(label="金额", help_text="单位：元")
    product = forms.ChoiceField(label="产品", choices=[("a", "经营贷"), ("b", "消费贷")])
    met = forms.ChoiceField(label="见到谁", widget=forms.RadioSelect, choices=[("d", "本人"), ("f", "家人")])
    agreed = forms.BooleanField(label="已告知权利")
    notes = forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 2}), required=False)


def specimen(request: HttpRequest) -> HttpResponse:
    messages.success(request, said(Message(gettext_noop("Not visited yet"))))
    messages.error(
        request, Message(gettext_noop("Visited on %(on)s, not before %(day)s again"), {"on": 1, "day": 2})
    )
    context = {
        "drawn": some_charts(),
        "day": a_day(),
        "words": ["allow", "warn", "block"],
        "page": Paginator(range(60), 20).page(2),
        "form": Everything(data={"amount": "x", "product": "a"}),
    }
    return HttpResponse(engines["django"].from_string(PAGE.read_text(encoding="utf-8")).render(context, request))


def some_charts() -> list[charts.Chart]:
    buckets = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")
    owed = charts.Series("余额", tuple(int(9e10 / (i + 1) ** 2) for i in range(8)))
    loans = charts.Series("户数", (9120, 830, 410, 260, 170, 120, 90, 310), stack="n", tone="blue")
    new = charts.Series("新增", (120, 90, 60, 30, 20, 10, 9, 0), stack="n", tone="yellow")
    rolls = [
        charts.Series(f"M{i}", tuple(0.0 if abs(i - j + 1) > 1 else (0.7, 0.2, 0.1)[abs(i - j)] for j in range(8)))
        for i in range(7)
    ]
    effect = [
        charts.Series("低", (-2000, 30500)),
        charts.Series("估计", (41000, 62000)),
        charts.Series("高", (84000, 93500)),
    ]
    return [
        charts.bars("owed", "各账龄余额", buckets, [owed], unit="money", first_column="账龄"),
        charts.bars("loans", "各账龄户数", buckets, [loans, new], unit="count", first_column="账龄"),
        charts.heatmap("roll", "滚动率", buckets, rolls, first_column="账龄"),
        charts.intervals(
            "effect", "每户效果", ("全部", "小微"), effect, unit="money", reference=0, first_column="分组"
        ),
    ]


def a_day() -> maps.Map:
    def stops(lat: float, lon: float) -> tuple[maps.Stop, ...]:
        return tuple(
            maps.Stop(
                lat + 0.02 * i, lon + 0.03 * (i % 3), i + 1, f"张* {9 + i}:00", ("首次面谈",), "#", "planned"
            )
            for i in range(6)
        )

    return maps.Map(
        "day",
        "当日外访路线",
        routes=(maps.Route("一组 王走访", stops(37.16, 116.43)), maps.Route("二组 李走访", stops(37.45, 116.2))),
        depots=(maps.Label(37.165, 116.434, "平原支行"),),
        labels=(
            maps.Label(37.17, 116.45, "平原县"),
            maps.Label(37.45, 116.31, "德城区"),
            maps.Label(37.33, 116.58, "陵城区"),
        ),
    )


urlpatterns = [
    path("", include("zoufang.server.urls")),
    path("specimen/", specimen, name="specimen"),
    *(
        path(f"entry/{e.url_name}/", specimen, name=e.url_name)
        for s in SECTIONS
        for e in s.entries
        if e.url_name != "start"
    ),
]
