"""The dispatcher's board of a draft."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import board

urlpatterns = [
    path("plans/<uuid:plan_id>/board/", board.plan_board, name="plan_board"),
    path("plans/<uuid:plan_id>/board/what-if/", board.plan_what_if, name="plan_what_if"),
    path("plans/<uuid:plan_id>/board/move/", board.plan_move, name="plan_move"),
    path("plans/<uuid:plan_id>/board/undo/", board.plan_move_undo, name="plan_move_undo"),
]
