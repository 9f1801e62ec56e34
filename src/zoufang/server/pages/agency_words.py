"""Codes of agencies' work in the reader's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

OF_AGENCIES: dict[str, Any] = {
    "statement_differs": {
        "commission": _("Another commission"),
        "amount": _("Another amount"),
        "day": _("Another day"),
        "twice": _("Claimed twice"),
        "not_ours": _("Does not count by our book"),
        "not_claimed": _("Missing in the statement"),
    }
}
DONE_WITH_AGENCIES: dict[str, Any] = {
    "propose_agency": _("Proposed an agency"),
    "approve_agency": _("Put an agency on the white list"),
    "suspend_agency": _("Suspended an agency"),
    "resume_agency": _("Let an agency go on"),
    "propose_agency_contract": _("Entered an agency's contract"),
    "approve_agency_contract": _("Approved an agency's contract"),
    "evaluate_agency": _("Evaluated an agency"),
    "agency_licence": _("Entered an agency's licence"),
    "agency_person": _("Entered a person of an agency"),
    "agency_login": _("Gave a person of an agency access"),
    "agency_person_left": _("Closed the access of a person of an agency"),
    "agency_complaint": _("Decided whether a complaint is about an agency"),
    "place_batch": _("Placed cases with an agency"),
    "keep_cases": _("Kept cases with an agency longer"),
    "recall_cases": _("Recalled cases from an agency"),
    "return_cases": _("Took cases back from an agency"),
    "agency_contacts": _("Took in an agency's contacts"),
    "agency_statement": _("Took in an agency's statement"),
    "check_agency_contact": _("Looked at a contact of an agency"),
    "certify_deletion": _("Certified that an agency deleted data"),
}
