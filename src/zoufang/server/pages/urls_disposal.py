"""Addresses of disposal: stages, dates, who is due, counsel's leave, case files."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import case_file, disposal, disposal_case, disposal_leave, village_help

urlpatterns = [
    path("disposal/", disposal.disposal_board, name="disposal_board"),
    path("disposal/dates/", disposal.disposal_dates, name="disposal_dates"),
    path("disposal/dates/<uuid:date_id>/done/", disposal_case.disposal_date_done, name="disposal_date_done"),
    path("disposal/due/", disposal.disposal_due, name="disposal_due"),
    path("disposal/loans/<uuid:loan_id>/", disposal.disposal_loan, name="disposal_loan"),
    path("disposal/loans/<uuid:loan_id>/<slug:kind>/new/", disposal_case.disposal_new, name="disposal_new"),
    path("disposal/loans/<uuid:loan_id>/<slug:kind>/file/", case_file.case_file, name="case_file"),
    path(
        "disposal/loans/<uuid:loan_id>/<slug:kind>/file/out/", case_file.case_file_export, name="case_file_export"
    ),
    path("disposal/cases/<uuid:stage_id>/", disposal_case.disposal_case, name="disposal_case"),
    path("disposal/cases/<uuid:stage_id>/<slug:act>/", disposal_case.disposal_act, name="disposal_act"),
    path("my-day/<uuid:visit_id>/way/", village_help.village_ask, name="village_ask"),
    path("counsel-leave/", disposal_leave.leave_list, name="leave_list"),
    path("counsel-leave/new/<uuid:party_id>/", disposal_leave.leave_new, name="leave_new"),
    path("counsel-leave/<uuid:leave_id>/confirm/", disposal_leave.leave_confirm, name="leave_confirm"),
    path("counsel-leave/<uuid:leave_id>/end/", disposal_leave.leave_end, name="leave_end"),
]
