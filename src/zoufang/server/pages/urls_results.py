"""Analysis, evaluation, reports and the day's run."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import day_run, evaluation, portfolio, presence_page, reports

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/differences.xlsx", portfolio.portfolio_differences, name="portfolio_differences"),
    path("evaluation/", evaluation.study_list, name="study_list"),
    path("evaluation/presence/", presence_page.presence_check, name="presence_check"),
    path("evaluation/<uuid:study_id>/", evaluation.study, name="study"),
    path("evaluation/<uuid:study_id>/again/", evaluation.evaluate_again, name="study_again"),
    path("evaluation/<uuid:study_id>/report.<str:form>", evaluation.study_file, name="study_file"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<str:kind>/<str:day>.xlsx", reports.report_file, name="report_file"),
    path("day-run/", day_run.day_run, name="day_run"),
]
