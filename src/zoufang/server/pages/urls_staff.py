"""Addresses of staff, branches and training."""

from __future__ import annotations

from django.urls import path

from zoufang.server.pages import learning, officers, people, visitor_record

urlpatterns = [
    path("staff/members/", people.staff_list, name="staff_list"),
    path("staff/members/new/", people.staff_new, name="staff_new"),
    path("staff/members/<int:pk>/close/", people.staff_close, name="staff_close"),
    path("staff/members/<int:pk>/work-id/", people.staff_work_id, name="staff_work_id"),
    path("crews/officers/<int:pk>/", officers.officer, name="officer"),
    path("training/", people.training_overview, name="training_overview"),
    path("training/prescribe/", learning.prescribe, name="prescribe_training"),
    path("training/visitors/<int:pk>/", visitor_record.visitor_record, name="visitor_record"),
    path("training/visitors/<int:pk>/observe/", visitor_record.observe_visitor, name="observe_visitor"),
    path("learning/", learning.learning, name="learning"),
    path("learning/courses/<slug:code>/", learning.course, name="course"),
    path("learning/courses/<slug:code>/examination/", learning.exam_begin, name="exam_begin"),
    path("learning/examinations/<uuid:sitting_id>/", learning.exam, name="exam"),
    path("learning/practice/<slug:code>/", learning.practice, name="practice"),
    path("training/certify/", people.certify, name="certify"),
]
