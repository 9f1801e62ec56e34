"""Visit plans, crews, and the opening of a study."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import (
    branch_means,
    crews,
    cycles,
    day_sheets,
    plan_compare,
    plan_days,
    plan_report,
    plans,
)

urlpatterns = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/make/", plans.plan_make, name="plan_make"),
    path("plans/days/", plan_days.plan_days_make, name="plan_days_make"),
    path("plans/days/<str:span>/", plan_days.plan_days, name="plan_days"),
    path("plans/compare/", plan_compare.plan_compare, name="plan_compare"),
    path("plans/compare.xlsx", plan_compare.plan_compare_file, name="plan_compare_file"),
    path("plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/order/", plans.plan_order, name="plan_order"),
    path("plans/<uuid:plan_id>/again/", plans.plan_again, name="plan_again"),
    path("plans/<uuid:plan_id>/replan/", plans.plan_replan, name="plan_replan"),
    path("plans/<uuid:plan_id>/prices/", plan_report.plan_prices, name="plan_prices"),
    path("plans/<uuid:plan_id>/publish/", plans.plan_publish, name="plan_publish"),
    path("plans/<uuid:plan_id>/day-sheets.xlsx", day_sheets.plan_sheets, name="plan_sheets"),
    path("plans/<uuid:plan_id>/day-sheets.pdf", day_sheets.plan_sheets_pdf, name="plan_sheets_pdf"),
    path("my-day/day-sheet.pdf", day_sheets.my_day_sheet, name="my_day_sheet"),
    path("crews/", crews.crew_list, name="crew_list"),
    path("crews/new/", crews.crew_new, name="crew_new"),
    path("crews/cars-and-budgets/", branch_means.branch_means, name="branch_means"),
    path("crews/cars-and-budgets/cars/", branch_means.cars_set, name="cars_set"),
    path("crews/cars-and-budgets/new/", branch_means.budget_new, name="budget_new"),
    path("crews/cars-and-budgets/<int:pk>/end/", branch_means.budget_end, name="budget_end"),
    path("crews/absences/new/", crews.absence_new, name="absence_new"),
    path("crews/absences/<int:pk>/withdraw/", crews.absence_withdraw, name="absence_withdraw"),
    path("crews/<slug:code>/", crews.crew_change, name="crew_change"),
    path("crews/<slug:code>/retire/", crews.crew_retire, name="crew_retire"),
    path("evaluation/open/", cycles.study_open, name="study_open"),
    path("evaluation/proposals/<uuid:proposal_id>/", cycles.study_proposal, name="study_proposal"),
    path("evaluation/proposals/<uuid:proposal_id>/sign/", cycles.study_sign, name="study_sign"),
    path("evaluation/proposals/<uuid:proposal_id>/draw/", cycles.study_draw, name="study_draw"),
    path("evaluation/proposals/<uuid:proposal_id>/refuse/", cycles.study_refuse, name="study_refuse"),
]
