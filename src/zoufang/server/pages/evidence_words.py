"""The words of evidence: its parts and how they stand, originals, and what people did with it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

OF_EVIDENCE: dict[str, dict[str, Any]] = {
    "evidence_part": {
        "crew": _("Crew of two"),
        "certificates": _("Certificates"),
        "clearance": _("Rule decision"),
        "place": _("Position"),
        "clock": _("Device and server time"),
        "identity": _("Identity check"),
        "disclosure": _("Statement of rights and purpose"),
        "recording": _("Recording"),
        "originals": _("Original files"),
        "outcome": _("Outcome"),
        "demand": _("Paper served"),
        "scan": _("Signed paper scanned"),
        "chain": _("Audit records"),
    },
    "evidence_standing": {
        "there": _("There"),
        "weak": _("Weak"),
        "missing": _("Missing"),
        "not_asked": _("Not called for"),
    },
    "original": {
        "whole": _("Kept, hash matches"),
        "changed": _("Changed: hash differs"),
        "not_kept": _("Only the hash is here"),
    },
}
DONE_WITH_EVIDENCE: dict[str, Any] = {
    "export_evidence": _("Took evidence of a visit out"),
    "evidence_exported": _("Handed out a package of evidence"),
    "paper_visit_events": _("Keyed in events of a visit from paper"),
    "key_in_paper_visit": _("Keyed in a visit from paper"),
    "review_paper_visit": _("Looked at a visit from paper"),
    "read_paper_form": _("Read a record form from paper"),
    "print_day_pack": _("Printed a day pack"),
    "take_back_day_pack": _("Took a day pack back"),
    "declare_pack_lost": _("Declared a day pack lost"),
    "assess_lost_pack": _("Assessed the loss of a day pack"),
    "read_paper": _("Read a paper"),
    "paper_made": _("Made a paper"),
    "paper_seal_asked": _("Asked for the seal of a paper"),
    "paper_sealed": _("Confirmed the seal of a paper"),
    "paper_printed": _("Printed a paper"),
    "paper_signed": _("Recorded a paper as signed"),
    "paper_refused": _("Recorded that a signature was refused"),
    "paper_left_sealed": _("Recorded a paper left in a closed envelope"),
    "paper_posted": _("Posted a paper"),
    "paper_arrived": _("Recorded the receipt of a posted paper"),
    "paper_came_back": _("Recorded that a paper came back"),
    "paper_scanned": _("Scanned a signed paper"),
    "paper_voided": _("Voided a paper"),
}
