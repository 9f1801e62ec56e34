"""The dashboard of arrears: what is owed, how late it is, and where it is heading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.server.book import analysis, exports, queries
from zoufang.server.book.analysis import BookSource, DayOfBook, Selection
from zoufang.server.book.difference_sheet import differences_xlsx
from zoufang.server.pages import portfolio_charts as charts
from zoufang.server.pages.book_words import FIGURES, MOVEMENTS
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.staff.queries import branches_of

LINES_A_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS_OF_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a break-down under its name for people."""

    name: str
    share: analysis.Share


class PortfolioForm(forms.Form):
    """Which part of the book, and which two stored days."""

    book = forms.ChoiceField(label=gettext_lazy("Loan book"), required=False)
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    earlier = forms.ChoiceField(label=gettext_lazy("From day"), required=False)
    later = forms.ChoiceField(label=gettext_lazy("To day"), required=False)

    def __init__(self, data: Any, sources: list[BookSource], branches: list[Branch]) -> None:
        super().__init__()
        self.asked = data
        self._offer("book", _books(sources))
        self._offer("branch", [(branch.path, branch.name) for branch in branches])

    def _offer(self, name: str, choices: list[tuple[str, str]], chosen: str = "") -> None:
        """Offer these, and choose `chosen`, else what was asked for where that is offered, else the first."""
        field = cast(forms.ChoiceField, self.fields[name])
        given, offered = str(self.asked.get(name, "")), [key for key, _label in choices]
        field.choices = choices
        field.widget.attrs["class"] = "data"  # names and days of the bank's own
        field.initial = chosen or (given if given in offered else next(iter(offered), ""))

    @property
    def selection(self) -> Selection:
        """What was chosen; where that is not to be had, the first of each list."""
        currency, _bar, source = str(self.fields["book"].initial).partition("|")
        return Selection(currency or "CNY", source, str(self.fields["branch"].initial))

    def offer_days(self, days: list[DayOfBook]) -> tuple[date, date] | None:
        """The two days to compare: those asked for, else the last and the one nearest to a month before."""
        if len(days) < 2:
            return None
        known = [day.day for day in days]
        asked = sorted(day for name in ("earlier", "later") if (day := self._day(name, known)))
        later = asked[-1] if asked and asked[-1] > known[0] else known[-1]
        before = [day for day in known if day < later]
        nearest = min(before, key=lambda day: (abs((later - day).days - DAYS_OF_A_MONTH), day))
        earlier = asked[0] if len(asked) == 2 and asked[0] < later else nearest
        for name, day in (("earlier", earlier), ("later", later)):
            self._offer(name, [(one.isoformat(), one.isoformat()) for one in reversed(known)], day.isoformat())
        return earlier, later

    def _day(self, name: str, known: list[date]) -> date | None:
        text = str(self.asked.get(name, ""))
        return next((day for day in known if day.isoformat() == text), None)


def _books(sources: list[BookSource]) -> list[tuple[str, str]]:
    """Each currency as a whole where it has several sources, then each source; the bank's own currency first."""
    ordered = sorted(sources, key=lambda one: (one.currency != "CNY", one.analysis_only))
    shared = [one.currency for one in ordered]
    whole = [(f"{c}|", _("All sources (%s)") % c) for c in dict.fromkeys(shared) if shared.count(c) > 1]
    return whole + [(f"{one.currency}|{one.system}", f"{one.system} ({one.currency})") for one in ordered]


@login_required
def portfolio(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "see_dashboard")
    sources = analysis.sources(user)
    form = PortfolioForm(request.GET, sources, branches_of(user))
    chosen = form.selection
    context = {"form": form, "chosen": chosen, "source": _source_of(chosen, sources)}
    context |= _today(user, chosen) | _over_time(user, chosen, form)
    context["differences"] = _differences(user, chosen, request.GET.get("page"))
    return render(request, "portfolio/portfolio.html", context)


@login_required
@require_GET
def portfolio_differences(request: HttpRequest) -> HttpResponse:
    """Every difference of the chosen part of the book, as XLSX."""
    user = reader(request)
    require(user, "export_figures")
    chosen = PortfolioForm(request.GET, analysis.sources(user), branches_of(user)).selection
    rows = queries.difference_report(user, currency=chosen.currency, source=chosen.source, below=chosen.below)
    mark = exports.stamp(user, now())
    content = differences_xlsx(rows, lambda text: str(word(text, "five_class")) if text else "", mark.line)
    exports.keep_export(mark=mark, kind="differences", content=content)
    return HttpResponse(content, XLSX, headers={"Content-Disposition": 'attachment; filename="differences.xlsx"'})


def _source_of(chosen: Selection, sources: list[BookSource]) -> BookSource | None:
    named = (chosen.source, chosen.currency)
    return next((one for one in sources if (one.system, one.currency) == named), None)


def _today(user: User, chosen: Selection) -> dict[str, Any]:
    """The book on its date."""
    figures = queries.book_figures(user, currency=chosen.currency, source=chosen.source, below=chosen.below)
    branches, products = analysis.by_branch(user, chosen), analysis.by_product(user, chosen)
    return {
        "figures": figures,
        "figure_sources": [(FIGURES[name], count) for name, count in figures.by_source.items()],
        "buckets_chart": charts.buckets_chart(figures.buckets),
        "classes": [(word(row.five_class, "five_class"), row) for row in figures.npl.classes],
        "classes_chart": charts.classes_chart(figures.npl),
        "delay_chart": charts.delay_chart(analysis.by_delay(user, chosen)),
        "branches": branches,
        "branches_chart": charts.branches_chart(branches),
        "products": [Line(word(share.name, "product"), share) for share in products],
    }


def _over_time(user: User, chosen: Selection, form: PortfolioForm) -> dict[str, Any]:
    """The stored days, and what rolled where between two of them."""
    days = analysis.trend(user, chosen)
    found: dict[str, Any] = {"days": days}
    if days:
        found |= {"trend_chart": charts.trend_chart(days), "npl_chart": charts.npl_chart(days)}
    pair = form.offer_days(days)
    if pair is None:
        return found
    matrix = analysis.roll_between(user, chosen, *pair)
    return found | {
        "pair": pair,
        "days_between": (pair[1] - pair[0]).days,
        "matrix": matrix,
        "roll_rows": [row for row in matrix.rows if row.count],
        "movements": [MOVEMENTS[rate.movement] for rate in matrix.rows[0].rates],
        "roll_charts": [charts.roll_chart(matrix, by_balance=True), charts.roll_chart(matrix, by_balance=False)],
    }


def _differences(user: User, chosen: Selection, page: str | None) -> dict[str, Any]:
    """Where the bank's own figures and ours part."""
    compared = analysis.comparison(user, chosen)
    rows = queries.difference_report(user, currency=chosen.currency, source=chosen.source, below=chosen.below)
    shown = Paginator(rows, LINES_A_PAGE).get_page(page)
    return {"compared": compared, "page": shown}
