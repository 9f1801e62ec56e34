"""What the steps and states of a visit are called, for messages to the visitor (translated by the shell)."""

from __future__ import annotations

from zoufang.core.values import gettext_noop

EVENT_NAMES = {
    "checked_in": gettext_noop("Check-in"),
    "checked_out": gettext_noop("Check-out"),
    "person_met": gettext_noop("Who was met"),
    "person_identified": gettext_noop("Identity check"),
    "disclosure_made": gettext_noop("Statement of rights and purpose"),
    "recording_started": gettext_noop("Recording started"),
    "recording_refused": gettext_noop("No recording"),
    "evidence_added": gettext_noop("Evidence"),
    "vulnerability_checked": gettext_noop("Vulnerability check"),
    "hardship_reported": gettext_noop("Hardship"),
    "dispute_raised": gettext_noop("Dispute"),
    "promise_given": gettext_noop("Promise to pay"),
    "demand_delivered": gettext_noop("Delivery of a paper"),
    "note_added": gettext_noop("Note"),
    "left_for_safety": gettext_noop("Left for safety"),
    "outcome_recorded": gettext_noop("Outcome"),
    "called_off": gettext_noop("Calling off"),
    "closed": gettext_noop("Closing"),
}
STATE_NAMES = {
    "planned": gettext_noop("Planned"),
    "arrived": gettext_noop("Arrived"),
    "identified": gettext_noop("Identified"),
    "left": gettext_noop("Left"),
    "closed": gettext_noop("Closed"),
    "called_off": gettext_noop("Called off"),
}
