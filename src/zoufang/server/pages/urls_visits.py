"""Addresses of the visitor's day, the visit at the door, and the records."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import badge, crises, door, door_repayment, papers, safety, visits

urlpatterns = [
    path("v/<str:token>/", badge.badge_check, name="badge_check"),
    path("v/", badge.door_word, name="door_word"),
    path("my-badge/", badge.my_badge, name="my_badge"),
    path("door-words/", badge.door_word_list, name="door_word_list"),
    path("door-words/<uuid:word_id>/handled/", badge.door_word_handle, name="door_word_handle"),
    path("my-day/", door.my_day, name="my_day"),
    path("my-day/<uuid:visit_id>/", door.visit_page, name="visit_page"),
    path("my-day/<uuid:visit_id>/steps/<str:kind>/", door.visit_event, name="visit_event"),
    path("my-day/<uuid:visit_id>/show/<str:what>/", door.visit_reveal, name="visit_reveal"),
    path("my-day/<uuid:visit_id>/complaint/", door.visit_complaint, name="visit_complaint"),
    path("my-day/<uuid:visit_id>/stop/", door.visit_stop, name="visit_stop"),
    path("my-day/<uuid:visit_id>/means/", door_repayment.visit_means, name="visit_means"),
    path("my-day/<uuid:visit_id>/offers/<uuid:proposal_id>/", door_repayment.visit_offers, name="visit_offers"),
    path(
        "my-day/<uuid:visit_id>/offers/<uuid:proposal_id>/accept/",
        door_repayment.visit_accept,
        name="visit_accept",
    ),
    path("my-day/<uuid:visit_id>/sos/", safety.visit_sos, name="visit_sos"),
    path("my-day/<uuid:visit_id>/self-harm/", crises.visit_self_harm, name="visit_self_harm"),
    path("my-day/<uuid:visit_id>/longer/", safety.visit_longer, name="visit_longer"),
    path("safety/self-harm/", crises.crisis_list, name="crisis_list"),
    path("safety/self-harm/<uuid:crisis_id>/", crises.crisis, name="crisis"),
    path("safety/self-harm/<uuid:crisis_id>/<slug:step>/", crises.crisis_step, name="crisis_step"),
    path("safety/", safety.safety_board, name="safety_board"),
    path("safety/<int:watch_id>/close/", safety.safety_close, name="safety_close"),
    path("safety/told/<int:escalation_id>/", safety.safety_acknowledge, name="safety_acknowledge"),
    path("agreements/<uuid:plan_id>/pdf/", door_repayment.agreement_pdf, name="agreement_pdf"),
    path("visits/", visits.visit_list, name="visit_list"),
    path("visits/<uuid:visit_id>/", visits.visit_detail, name="visit_detail"),
    path("visits/<uuid:visit_id>/papers/", papers.paper_make, name="paper_make"),
    path("papers/", papers.paper_waiting, name="paper_waiting"),
    path("papers/<uuid:paper_id>/steps/", papers.paper_step, name="paper_step"),
    path("papers/<uuid:paper_id>/pdf/", papers.paper_file, name="paper_file"),
    path("visits/<uuid:visit_id>/evidence/<uuid:event_id>/", visits.visit_evidence, name="visit_evidence"),
]
