"""Addresses of the register of agencies, of batches and commission, and of an agency's own pages."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import agencies, agency_batches, agency_checks, agency_money, agency_people, agency_side

urlpatterns = [
    path("agencies/", agencies.agency_list, name="agency_list"),
    path("agencies/new/", agencies.agency_new, name="agency_new"),
    path("agencies/checks/", agency_checks.agency_check_list, name="agency_check_list"),
    path("agencies/checks/<uuid:contact_id>/", agency_checks.agency_check, name="agency_check"),
    path("agencies/<uuid:agency_id>/", agencies.agency, name="agency"),
    path("agencies/<uuid:agency_id>/approve/", agencies.agency_approve, name="agency_approve"),
    path("agencies/<uuid:agency_id>/suspend/", agencies.agency_suspend, name="agency_suspend"),
    path("agencies/<uuid:agency_id>/resume/", agencies.agency_resume, name="agency_resume"),
    path("agencies/<uuid:agency_id>/recall/", agencies.agency_recall, name="agency_recall"),
    path("agencies/<uuid:agency_id>/contract/", agencies.agency_contract_new, name="agency_contract_new"),
    path("agencies/<uuid:agency_id>/evaluate/", agencies.agency_evaluate, name="agency_evaluate"),
    path("agencies/<uuid:agency_id>/licence/", agency_people.agency_licence_new, name="agency_licence_new"),
    path("agencies/<uuid:agency_id>/person/", agency_people.agency_person_new, name="agency_person_new"),
    path(
        "agencies/<uuid:agency_id>/complaints/<uuid:complaint_id>/",
        agencies.agency_complaint,
        name="agency_complaint",
    ),
    path("agencies/<uuid:agency_id>/place/", agency_batches.agency_batch_new, name="agency_batch_new"),
    path("agencies/<uuid:agency_id>/commission/", agency_money.agency_commission, name="agency_commission"),
    path("agencies/<uuid:agency_id>/statement/", agency_money.agency_statement_new, name="agency_statement_new"),
    path(
        "agencies/contracts/<uuid:contract_id>/approve/",
        agencies.agency_contract_approve,
        name="agency_contract_approve",
    ),
    path(
        "agencies/people/<uuid:person_id>/account/",
        agency_people.agency_person_account,
        name="agency_person_account",
    ),
    path("agencies/people/<uuid:person_id>/left/", agency_people.agency_person_left, name="agency_person_left"),
    path(
        "agencies/certificates/<uuid:certificate_id>/",
        agencies.agency_certificate_file,
        name="agency_certificate_file",
    ),
    path("agencies/statements/<uuid:statement_id>/", agency_money.agency_statement, name="agency_statement"),
    path(
        "agencies/statements/<uuid:statement_id>/differences/",
        agency_money.agency_statement_file,
        name="agency_statement_file",
    ),
    path("batches/<uuid:placing_id>/", agency_batches.agency_batch, name="agency_batch"),
    path("batches/<uuid:placing_id>/keep/", agency_batches.agency_batch_keep, name="agency_batch_keep"),
    path(
        "batches/<uuid:placing_id>/take-back/",
        agency_batches.agency_batch_take_back,
        name="agency_batch_take_back",
    ),
    path(
        "batches/cases/<uuid:case_id>/take-back/",
        agency_batches.agency_case_take_back,
        name="agency_case_take_back",
    ),
    path("my-cases/", agency_side.my_cases, name="my_cases"),
    path("my-cases/<uuid:case_id>/", agency_side.my_case, name="my_case"),
    path("my-cases/<uuid:case_id>/reveal/", agency_side.my_case_reveal, name="my_case_reveal"),
    path("my-cases/<uuid:case_id>/contact/", agency_side.my_case_contact, name="my_case_contact"),
    path("my-cases/contacts/", agency_side.my_contact_sheet, name="my_contact_sheet"),
    path("my-cases/contacts/template/", agency_side.my_contact_template, name="my_contact_template"),
    path("my-cases/deletions/", agency_side.my_deletions, name="my_deletions"),
    path("my-cases/deletions/<uuid:placing_id>/", agency_side.my_deletion_new, name="my_deletion_new"),
    path("my-cases/statement/", agency_side.my_statement_new, name="my_statement_new"),
]
