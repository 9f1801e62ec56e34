"""The manager's and the analyst's day: figures, results, what waits for a decision."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zoufang.server.book import analysis, queries
from zoufang.server.book.analysis import Selection
from zoufang.server.daily.study import report_of
from zoufang.server.pages import queries_start as waiting
from zoufang.server.pages.evaluation import VERDICTS
from zoufang.server.pages.portfolio_charts import npl_chart, trend_chart
from zoufang.server.pages.queries_evaluation import work_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.starts.cases import dates_tile, leave_tile
from zoufang.server.pages.starts.cockpit import LINES, Panel, Row, StartPage, Tile, alarm, cockpit, link
from zoufang.server.pages.starts.lists import complaint_rows, crew_rows, waiting_rows
from zoufang.server.pages.starts.reviewing import review_tile
from zoufang.server.pages.starts.rights import rights_tile
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import User
from zoufang.server.studies import queries as studies
from zoufang.server.studies.models import Study

OWN_BOOK = Selection()


def manager(request: HttpRequest) -> StartPage:
    user = reader(request)
    today = business_date()
    visits, figures = waiting.visits_on(user, today), queries.book_figures(user)
    complaints, plans = waiting.open_complaints(user), waiting.waiting_plans(user)
    told = complaints.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    late, to_approve = told["late"], plans.count()
    tiles = [
        Tile(
            _("Visits today"),
            visits["planned"],
            note=_("%(done)s made, %(met)s met") % visits,
            link=link("plan_list"),
            tone="blue",
        ),
        Tile(
            _("Complaints open"),
            told["open"],
            note=_("%(n)s beyond their day") % {"n": late},
            link=link("complaint_list"),
            tone=alarm(late),
        ),
        Tile(
            _("Approvals waiting"),
            to_approve,
            note=_("repayment plans"),
            link=link("approval_list"),
            tone=alarm(to_approve, "yellow"),
        ),
        rights_tile(user, today),
        dates_tile(user, today),
        leave_tile(user),
        review_tile(user, today),
        Tile(_("In arrears"), figures.arrears_fen, "money", link=link("portfolio"), tone="blue"),
        Tile(_("NPL ratio"), figures.npl.npl_ratio, "percent", link=link("portfolio"), tone="blue"),
    ]
    panels = [
        _headline(user),
        Panel(
            _("Today's plan"),
            crew_rows(user, today),
            _("No visits are planned for today."),
            link("plan_list"),
            _("All plans"),
        ),
        _trend(user),
        Panel(
            _("Complaints due first"),
            complaint_rows(complaints[:LINES], today),
            _("No complaint is open."),
            link("complaint_list"),
            _("All complaints"),
        ),
        Panel(
            _("Approvals waiting"),
            waiting_rows(plans[:LINES]),
            _("Nothing waits for approval."),
            link("approval_list"),
            _("All approvals"),
        ),
    ]
    return cockpit(tiles, panels)


def _headline(user: User) -> Panel:
    """What the last finished study says, in one sentence."""
    study = studies.newest_finished(user)
    report = report_of(study) if study else None
    if study is None or report is None:
        said = _("No study has been finished yet. The first answer comes when its window has closed.")
        return Panel(_("What visits recovered"), empty=said, link=link("study_list"), link_label=_("Studies"))
    return Panel(
        _("What visits recovered"),
        said=report.answer,
        link=link("study", study.pk),
        link_label=_("The whole answer"),
    )


def _trend(user: User) -> Panel:
    days = analysis.trend(user, OWN_BOOK)
    return Panel(
        _("Arrears day by day"),
        chart=trend_chart(days) if days else None,
        empty=_("No day of the book is stored yet."),
        link=link("portfolio"),
        link_label=_("Arrears analysis"),
    )


def analyst(request: HttpRequest) -> StartPage:
    user = reader(request)
    found = list(studies.studies(user)[:LINES])
    running = [study for study in found if study.frozen_on is None]
    figures, days = queries.book_figures(user), analysis.trend(user, OWN_BOOK)
    tiles = [
        Tile(_("Studies running"), len(running), link=link("study_list"), tone="blue", note=_ends(running)),
        Tile(_("Studies finished"), len(found) - len(running), link=link("study_list"), tone="blue"),
        Tile(_("Days of the book stored"), len(days), link=link("portfolio"), tone="blue"),
        Tile(_("Loans"), figures.loans, link=link("portfolio"), tone="blue"),
        Tile(_("NPL ratio"), figures.npl.npl_ratio, "percent", link=link("portfolio"), tone="blue"),
    ]
    npl = Panel(_("NPL ratio day by day"), chart=npl_chart(days) if days else None)
    rows = tuple(_study_row(study) for study in found)
    listed = Panel(_("Studies"), rows, _("No study yet"), link("study_list"), _("All studies"))
    return cockpit(tiles, [_headline(user), listed, _trend(user), npl])


def _ends(running: list[Study]) -> str:
    if not running:
        return ""
    return _("next window closes on %(day)s") % {"day": min(study.window_end for study in running).isoformat()}


def _study_row(study: Study) -> Row:
    report = report_of(study)
    if report is None:
        work = work_of(study)
        about = _("%(visits)s visits so far, open until %(day)s") % {
            "visits": work.visits,
            "day": study.window_end.isoformat(),
        }
        return Row(study.name, about, link("study", study.pk), _("Window still open"), "blue")
    tone, _icon, said = VERDICTS[report.verdict]
    return Row(study.name, "", link("study", study.pk), str(said), tone)
