"""Addresses of the compliance officer's pages and of the audit trail."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import (
    audit_trail,
    complaint_steps,
    oversight,
    retention,
    reveals,
    review_desk,
    review_results,
    rule_figures,
    time_limits,
    visit_values,
)

urlpatterns = [
    path("complaints/", oversight.complaint_list, name="complaint_list"),
    path("complaints/<uuid:complaint_id>/", oversight.complaint, name="complaint"),
    path("complaints/<uuid:complaint_id>/steps/", complaint_steps.complaint_step, name="complaint_step"),
    path("review/", review_desk.review_desk, name="review_desk"),
    path("review/results/", review_results.review_results, name="review_results"),
    path("review/shares/", review_desk.review_shares, name="review_shares"),
    path("review/<uuid:visit_id>/", review_desk.review, name="review"),
    path("review/<uuid:visit_id>/files/<uuid:event_id>/", review_desk.review_file, name="review_file"),
    path("complaints/notices/<uuid:notice_id>/", complaint_steps.complaint_notice, name="complaint_notice"),
    path("stops/", oversight.stop_list, name="stop_list"),
    path("stops/<uuid:stop_id>/lift/", oversight.stop_lift, name="stop_lift"),
    path("attestations/", oversight.attestation_list, name="attestation_list"),
    path("attestations/<uuid:attestation_id>/sign/", oversight.attestation_sign, name="attestation_sign"),
    path("verdicts/", oversight.verdict_list, name="verdict_list"),
    path("verdicts/<uuid:verdict_id>/", oversight.verdict, name="verdict"),
    path("rules/", oversight.rule_list, name="rule_list"),
    path("rules/values/propose/", visit_values.values_propose, name="values_propose"),
    path("rules/values/<uuid:version_id>/", visit_values.values_version, name="values_version"),
    path("rules/values/<uuid:version_id>/approve/", visit_values.values_approve, name="values_approve"),
    path("rules/values/<uuid:version_id>/refuse/", visit_values.values_refuse, name="values_refuse"),
    path("rules/figures/<uuid:row_id>/", rule_figures.rule_figures, name="rule_figures"),
    path("rules/figures/<uuid:row_id>/approve/", rule_figures.rule_figures_approve, name="rule_figures_approve"),
    path("rules/figures/<uuid:row_id>/refuse/", rule_figures.rule_figures_refuse, name="rule_figures_refuse"),
    path("time-limits/", time_limits.time_limit_list, name="time_limit_list"),
    path("rules/<str:pack>/<str:rule_id>/", rule_figures.rule, name="rule"),
    path("retention/", retention.retention_list, name="retention_list"),
    path("retention/holds/new/", retention.hold_new, name="hold_new"),
    path("retention/holds/<uuid:hold_id>/end/", retention.hold_end, name="hold_end"),
    path("retention/<uuid:deletion_id>/", retention.deletion, name="deletion"),
    path("retention/<uuid:deletion_id>/<slug:step>/", retention.deletion_step, name="deletion_step"),
    path("exports/", reveals.export_list, name="export_list"),
    path("reveals/", reveals.reveal_list, name="reveal_list"),
    path("audit/trail/", audit_trail.audit_trail, name="audit_trail"),
]
