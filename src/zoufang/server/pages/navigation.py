"""What stands in the menu, as data. An entry shows where its page exists and the user's role covers its action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zoufang.server.staff.permissions import may

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu; `action` is a key of staff.permissions.ACTIONS, "" for every user."""

    label: Text
    url_name: str
    action: str
    icon: str
    about: Text = ""


@dataclass(frozen=True, slots=True)
class Section:
    label: Text
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that this user may follow."""

    label: Text
    url: str
    icon: str
    about: Text
    current: bool


SECTIONS = (
    Section("", (Entry(_("My work today"), "start", "", "home"),)),
    Section(
        _("Loans and customers"),
        (
            Entry(
                _("Customers"),
                "customer_list",
                "see_customer",
                "users",
                _("Who owes what, and all that happened with them"),
            ),
            Entry(
                _("Arrears analysis"),
                "portfolio",
                "see_dashboard",
                "chart-histogram",
                _("Ageing, five-class, roll rates"),
            ),
            Entry(
                _("Imports"),
                "import_list",
                "see_imports",
                "file-import",
                _("Loan books and payments, and the rows that were refused"),
            ),
        ),
    ),
    Section(
        _("Visits"),
        (
            Entry(_("My stops"), "my_day", "conduct_visit", "map-pin", _("Today's visits in their order")),
            Entry(
                _("Offline app"),
                "field_app",
                "conduct_visit",
                "device-mobile",
                _("The day on your phone, without signal"),
            ),
            Entry(
                _("My badge"),
                "my_badge",
                "conduct_visit",
                "id-badge",
                _("The code that shows who you are at the door"),
            ),
            Entry(
                _("Phones in the field"),
                "field_desk",
                "see_field",
                "device-mobile",
                _("Last contact, what is not yet sent, conflicts with both versions"),
            ),
            Entry(_("Visit plans"), "plan_list", "see_plan", "route", _("Whom to visit, when, by whom, and why")),
            Entry(
                _("Addresses on the map"),
                "place_list",
                "mend_places",
                "map-pin",
                _("How finely doors are known; points to confirm or mend"),
            ),
            Entry(
                _("Crews"),
                "crew_list",
                "see_crews",
                "users-group",
                _("Who goes together, from where, when; and what keeps a crew at home"),
            ),
            Entry(
                _("Visit records"), "visit_list", "see_visit", "clipboard-list", _("What was found at the door")
            ),
            Entry(
                _("Day packs on paper"),
                "day_pack_list",
                "see_paper_visits",
                "printer",
                _("For when no phone works: prints that are out, forms to key in and to check"),
            ),
            Entry(
                _("Safety board"),
                "safety_board",
                "see_safety",
                "alert-triangle",
                _("Who is out, who is late, who calls for help"),
            ),
            Entry(
                _("Incidents"),
                "incident_list",
                "see_incidents",
                "shield-exclamation",
                _("What befell crews; reports still owed"),
            ),
            Entry(
                _("Do-not-visit places"),
                "closed_place_list",
                "see_closed_places",
                "ban",
                _("Where nobody goes, why, and until when"),
            ),
            Entry(
                _("Rest after incidents"),
                "rest_list",
                "see_rests",
                "sun",
                _("Who is off new visits, and until when"),
            ),
            Entry(
                _("Signs of self-harm"),
                "crisis_list",
                "see_crises",
                "heart",
                _("Whose collection is on hold, who follows up, who releases it"),
            ),
            Entry(
                _("Papers that wait"),
                "paper_waiting",
                "see_paper",
                "file-certificate",
                _("Demand notices and other papers that wait for the seal or a receipt"),
            ),
            Entry(_("Contacts"), "contact_list", "record_contact", "message-2", _("Calls, messages and letters")),
            Entry(
                _("Agencies"),
                "agency_list",
                "see_agencies",
                "building",
                _("Collection agencies: white list, cases placed with them, what they earn"),
            ),
            Entry(
                _("My cases"),
                "my_cases",
                "see_placed_cases",
                "folder",
                _("What the bank has placed with us, until when"),
            ),
            Entry(
                _("Send contacts"),
                "my_contact_sheet",
                "record_agency_contact",
                "upload",
                _("Contacts that we made, as a file"),
            ),
            Entry(
                _("Deletion certificates"),
                "my_deletions",
                "certify_deletion",
                "file-certificate",
                _("Cases that went back: whose data are to be deleted, until when"),
            ),
        ),
    ),
    Section(
        _("Repayment"),
        (
            Entry(
                _("Repayment plans"),
                "agreement_list",
                "see_agreement",
                "heart-handshake",
                _("Offers, agreements, promises kept and broken"),
            ),
            Entry(
                _("Approvals"),
                "approval_list",
                "approve_plan",
                "clipboard-check",
                _("Plans that wait for a second person"),
            ),
            Entry(
                _("Disposal"),
                "disposal_board",
                "see_disposal",
                "gavel",
                _("Court, arbitration, enforcement, write-off and sale: owners, dates, costs"),
            ),
            Entry(
                _("Due for a stage"),
                "disposal_due",
                "see_disposal",
                "list-check",
                _("Whose debt is due for which stage, and why"),
            ),
        ),
    ),
    Section(
        _("Oversight"),
        (
            Entry(
                _("Compliance verdicts"),
                "verdict_list",
                "see_verdicts",
                "shield-check",
                _("Each yes and no, its rule and its source"),
            ),
            Entry(
                _("Stops in force"), "stop_list", "see_verdicts", "hand-stop", _("To whom nobody goes, and why")
            ),
            Entry(
                _("Counsel's leave"),
                "leave_list",
                "see_leave",
                "signature",
                _("Whom counsel lets us contact about debts at law, and which heirs"),
            ),
            Entry(_("Rules"), "rule_list", "", "book", _("What binds us, in plain words, with its source")),
            Entry(
                _("Time limits"),
                "time_limit_list",
                "see_time_limits",
                "clock",
                _("Limitation and guarantees that end within 90, 30 and 7 days"),
            ),
            Entry(
                _("Complaints"),
                "complaint_list",
                "record_complaint",
                "message-report",
                _("Open and closed complaints"),
            ),
            Entry(
                _("Attestations"),
                "attestation_list",
                "attest_fact",
                "signature",
                _("Facts that two people vouch for, and until when"),
            ),
            Entry(
                _("Words from the door"),
                "door_word_list",
                "handle_door_words",
                "message-report",
                _("Wrong person, another time, difficulties, complaints"),
            ),
            Entry(
                _("Looks at personal data"),
                "reveal_list",
                "see_reveals",
                "eye",
                _("Who saw whose data in the clear, what for; unusual numbers are marked"),
            ),
            Entry(
                _("Retention and deletion"),
                "retention_list",
                "see_retention",
                "trash",
                _("What is due for deletion, legal holds, and certificates"),
            ),
            Entry(
                _("Files taken out"),
                "export_list",
                "see_reveals",
                "download",
                _("Who took which file, and whose copy a leaked one is"),
            ),
            Entry(
                _("Call-backs"),
                "call_back_list",
                "call_back",
                "phone",
                _("Visits drawn by chance: ask within three days how it went"),
            ),
            Entry(
                _("Review desk"),
                "review_desk",
                "review_visit",
                "clipboard-check",
                _("Visits drawn for review: two score alone, a third decides, findings ask for a course"),
            ),
            Entry(
                _("Messages to borrowers"),
                "message_list",
                "see_messages",
                "mail",
                _("Codes and appointments: what went out, what waits"),
            ),
            Entry(
                _("Learn and practise"),
                "learning",
                "take_training",
                "book",
                _("Courses, examinations, and practice talks at the door"),
            ),
            Entry(
                _("Training"),
                "training_overview",
                "see_training",
                "school",
                _("Who is qualified for what, until when"),
            ),
        ),
    ),
    Section(
        _("Results"),
        (
            Entry(
                _("Evaluation"),
                "study_list",
                "see_evaluation",
                "scale",
                _("What visits really recovered, against those held out"),
            ),
            Entry(
                _("Safety rates"),
                "safety_rates",
                "see_safety_rates",
                "chart-bar",
                _("Incidents by 1,000 visits: by kind, branch and month"),
            ),
            Entry(
                _("Reports"),
                "report_list",
                "see_reports",
                "report-analytics",
                _("Daily, weekly and monthly, as XLSX"),
            ),
        ),
    ),
    Section(
        _("Administration"),
        (
            Entry(_("Day's run"), "day_run", "run_day", "refresh", _("From the day's import to the plan")),
            Entry(
                _("Staff and branches"),
                "staff_list",
                "manage_staff",
                "hierarchy-2",
                _("Users, roles, branch tree"),
            ),
            Entry(
                _("Audit trail"),
                "audit_trail",
                "see_audit",
                "list-check",
                _("Who did what, and is the chain whole"),
            ),
        ),
    ),
)


def menu(user: Any, path: str) -> list[tuple[Text, list[Link]]]:
    """The sections with a link for this user; the longest address that fits `path` is the current one."""
    allowed = [(s.label, [(e, url) for e in s.entries if (url := _address(e, user))]) for s in SECTIONS]
    fitting = [
        url
        for _label, pairs in allowed
        for _e, url in pairs
        if path == url or path.startswith(url.rstrip("/") + "/")
    ]
    here = max((url for url in fitting if url != "/" or path == "/"), key=len, default="")
    return [
        (label, [Link(e.label, url, e.icon, e.about, url == here) for e, url in pairs])
        for label, pairs in allowed
        if pairs
    ]


def _address(entry: Entry, user: Any) -> str:
    if not getattr(user, "is_authenticated", False) or (entry.action and not may(user, entry.action)):
        return ""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
