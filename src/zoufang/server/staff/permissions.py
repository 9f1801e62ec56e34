"""May this user do this to that? Predicates on (user, action, object); unknown actions are refused."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from zoufang.core.errors import NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.staff.models import Branch, Level, Role, User

M, P, V, T, A, C, N, S, G = (
    Role.MANAGER,
    Role.PLANNER,
    Role.VISITOR,
    Role.TRAINER,
    Role.APPROVER,
    Role.COMPLIANCE,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.AGENCY,
)

# One line an action: who may. Scope (own branch and below) is checked besides.
ACTIONS: dict[str, frozenset[Role]] = {
    "see_customer": frozenset({M, P, V, A, C}),
    "reveal_personal_data": frozenset({M, P, V, C}),
    "export_figures": frozenset({M, P, C, N}),
    "see_retention": frozenset({M, C}),
    "check_deletion": frozenset({C}),
    "approve_deletion": frozenset({M, C}),
    "set_hold": frozenset({C}),
    "see_reveals": frozenset({C}),
    "see_dashboard": frozenset({M, P, A, C, N}),
    "see_evaluation": frozenset({M, C, N}),
    "see_reports": frozenset({M, C, N}),
    "import_file": frozenset({M, P, S}),
    "see_imports": frozenset({M, P, C, S}),
    "make_plan": frozenset({M, P}),
    "see_plan": frozenset({M, P, C, T}),
    "publish_plan": frozenset({M, P}),
    "print_day_sheet": frozenset({M, P, V}),
    "export_plan": frozenset({M, P, C}),
    "mend_places": frozenset({M, P}),
    "conduct_visit": frozenset({V}),
    "see_visit": frozenset({M, P, V, C}),
    "see_field": frozenset({M, P, C}),
    "settle_field_entry": frozenset({M, P}),
    "end_field_device": frozenset({M, P}),
    "order_field_wipe": frozenset({M, C}),
    "see_evidence": frozenset({M, C}),
    "export_evidence": frozenset({M, C}),
    "key_in_paper_visit": frozenset({P, V}),
    "see_paper_visits": frozenset({M, P, V, C}),
    "review_paper_visit": frozenset({M, C}),
    "take_back_day_pack": frozenset({M, P}),
    "declare_pack_lost": frozenset({M, P, V, C}),
    "assess_lost_pack": frozenset({C}),
    "see_safety": frozenset({M, P, C}),
    "close_watch": frozenset({M, P}),
    "see_crises": frozenset({M, C}),
    "follow_up_crisis": frozenset({M, C}),
    "release_crisis": frozenset({M, C}),
    "see_incidents": frozenset({M, P, C}),
    "report_incident": frozenset({M, P, V}),
    "record_debrief": frozenset({M, P, T}),
    "see_rests": frozenset({M, P, C, T}),
    "see_closed_places": frozenset({M, P, V, C}),
    "close_place": frozenset({M, P}),
    "confirm_place": frozenset({M, P, C}),
    "see_safety_rates": frozenset({M, C}),
    "see_paper": frozenset({M, P, V, A, C}),
    "make_paper": frozenset({M, P, V}),
    "confirm_seal": frozenset({M, A}),
    "void_paper": frozenset({M}),
    "propose_plan": frozenset({M, V}),
    "approve_plan": frozenset({M, A}),
    "see_disposal": frozenset({M, A, C}),
    "propose_stage": frozenset({M}),
    "override_stage_check": frozenset({M}),
    "approve_stage": frozenset({M, A}),
    "work_stage": frozenset({M}),
    "see_leave": frozenset({M, P, C}),
    "enter_leave": frozenset({C}),
    "confirm_leave": frozenset({M, C}),
    "export_case": frozenset({M, C}),
    "ask_village": frozenset({V}),
    "see_village_help": frozenset({M, P, V, C}),
    "see_agreement": frozenset({M, V, A, C}),
    "override_warning": frozenset({M, C}),
    "see_verdicts": frozenset({M, P, C}),
    "set_stop": frozenset({M, V, C}),
    "lift_stop": frozenset({C}),
    "record_refusal": frozenset({M, P, V, C}),
    "lift_refusal": frozenset({C}),
    "record_consent": frozenset({M, P, V}),
    "confirm_consent": frozenset({M, A}),
    "handle_door_words": frozenset({M, C}),
    "offer_appointment": frozenset({M, P}),
    "see_messages": frozenset({M, C}),
    "call_back": frozenset({C}),
    "record_complaint": frozenset({M, V, C}),
    "handle_complaint": frozenset({M, C}),
    "close_complaint": frozenset({C}),
    "attest_fact": frozenset({M, C}),
    "propose_values": frozenset({C}),
    "approve_values": frozenset({M, C}),
    "propose_rule_figures": frozenset({C}),
    "approve_rule_figures": frozenset({M, C}),
    "see_time_limits": frozenset({M, C}),
    "note_visit_needs": frozenset({M, P, V, C}),
    "recuse_officer": frozenset({M, P, C}),
    "record_contact": frozenset({M, P, V}),
    "see_crews": frozenset({M, P, C, T}),
    "manage_crews": frozenset({M, P}),
    "describe_officer": frozenset({M, P, S}),
    "see_training": frozenset({M, P, T, C, V}),
    "take_training": frozenset({M, P, V, T}),
    "prescribe_training": frozenset({M, T, C}),
    "certify": frozenset({T}),
    "review_visit": frozenset({M, T, C}),
    "set_review_shares": frozenset({C}),
    "observe_visitor": frozenset({M, T}),
    "open_study": frozenset({M, N}),
    "sign_study": frozenset({M, C}),
    "run_day": frozenset({M, S}),
    "see_audit": frozenset({C, S}),
    "manage_staff": frozenset({S}),
    "see_agencies": frozenset({M, P, A, C}),
    "propose_agency": frozenset({M, C}),
    "approve_agency": frozenset({M, A, C}),
    "suspend_agency": frozenset({M, C}),
    "evaluate_agency": frozenset({C}),
    "check_agency_contact": frozenset({M, C}),
    "place_cases": frozenset({M, P}),
    "recall_cases": frozenset({M, P, C}),
    "see_commission": frozenset({M, A, C}),
    "see_placed_cases": frozenset({G}),
    "record_agency_contact": frozenset({G}),
    "certify_deletion": frozenset({G}),
    "send_statement": frozenset({M, G}),
}


def may(user: Any, action: str, subject: Any = None) -> bool:
    """Role first, then scope: a subject with a branch must lie in the user's branch or below it."""
    if not isinstance(user, User) or not user.is_active or user.role not in ACTIONS.get(action, frozenset()):
        return False
    branch = subject if isinstance(subject, Branch) else getattr(subject, "branch", None)
    return branch is None or in_scope(user, branch)


def require(user: Any, action: str, subject: Any = None) -> None:
    if not may(user, action, subject):
        raise NotPermitted(f"{user} may not {action.replace('_', ' ')} here. Ask someone whose role covers it.")


def may_move_date(user: Any) -> bool:
    """The bank has one date for all branches: the head office moves it, or an administrator."""
    if not may(user, "run_day"):
        return False
    return user.role == Role.ADMINISTRATOR or (user.branch is not None and user.branch.level == Level.HEAD_OFFICE)


def require_date_mover(user: Any) -> None:
    if not may_move_date(user):
        text = gettext_noop("The date is that of the whole bank. The head office or an administrator moves it.")
        raise NotPermitted(Message(text))


def require_above_sub_branch(user: Any) -> None:
    """What binds the whole bank isn't decided in a sub-branch."""
    if user.branch is None or user.branch.level == Level.SUB_BRANCH:
        text = gettext_noop("This binds the whole bank. A branch or the head office decides it.")
        raise NotPermitted(Message(text))


def in_scope(user: User, branch: Branch) -> bool:
    return user.branch is not None and branch.path.startswith(user.branch.path)


def scope(user: User, prefix: str = "branch") -> Q:
    """The filter that keeps a list to the user's own branch and below."""
    if user.branch is None:
        return Q(pk__in=[])
    return Q(**{f"{prefix}__path__startswith": user.branch.path})
