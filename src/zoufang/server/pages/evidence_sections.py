"""A visit's evidence as tables to read: the same ones on the page and in the PDF that leaves the bank."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from zoufang.core.evidence import Standing
from zoufang.core.values import Message, mask_address, mask_name
from zoufang.server.evidence.pack import OfficerThen, Pack
from zoufang.server.pages.evidence_cells import Cell, Section, clock
from zoufang.server.pages.evidence_course import events, files, from_paper, papers, places
from zoufang.server.pages.templatetags.words import brief, fact_name
from zoufang.server.pages.templatetags.zoufang import VERDICTS, said
from zoufang.server.pages.words import word

STANDING_TONES = {
    Standing.THERE: "green",
    Standing.WEAK: "yellow",
    Standing.MISSING: "red",
    Standing.NOT_ASKED: "secondary",
}


def sections_of(pack: Pack, *, in_clear: bool) -> tuple[Section, ...]:
    """In the reader's language; names, the place and postal numbers masked unless `in_clear`."""
    return (
        completeness(pack),
        *((from_paper(pack.paper),) if pack.paper else ()),
        people(pack),
        person(pack, in_clear),
        places(pack, in_clear),
        events(pack),
        files(pack),
        papers(pack, in_clear),
        decisions(pack),
        facts(pack),
        trail(pack),
    )


def completeness(pack: Pack) -> Section:
    return Section(
        "parts",
        _("What is there, and what is missing"),
        (_("Part"), _("Standing"), _("What is seen"), _("Why it matters"), _("Could reach")),
        tuple(
            (
                Cell(word(one.part, "evidence_part")),
                Cell(word(one.standing, "evidence_standing"), tone=STANDING_TONES[one.standing]),
                Cell(said(one.what)),
                Cell(said(one.why)),
                Cell(_("grade %(grade)s") % {"grade": one.lifts} if one.lifts else "–"),
            )
            for one in pack.parts
        ),
    )


def people(pack: Pack) -> Section:
    return Section(
        "people",
        _("Visitors, as of that day"),
        (_("Visitor"), _("Checked in"), _("Work ID good until"), _("Certificates valid then"), _("Lacking")),
        tuple(_officer(one) for one in pack.officers),
    )


def _officer(one: OfficerThen) -> tuple[Cell, ...]:
    titles = (f"{_title(row.course)} ({row.issued:%Y-%m-%d} – {row.expires:%Y-%m-%d})" for row in one.certificates)
    until = one.user.work_id_until
    return (
        Cell(f"{one.user.full_name} {one.user.employee_no}", data=True),
        Cell(_("yes") if one.came else _("no")),
        Cell(until.isoformat() if until else _("not known"), data=bool(until)),
        Cell("; ".join(titles) or _("none"), data=bool(one.certificates)),
        Cell("; ".join(said(finding.message) for finding in one.lacking) or "–", data=bool(one.lacking)),
    )


def _title(course: Any) -> str:
    return str(course.title_en if get_language() == "en" else course.title_zh)


def person(pack: Pack, in_clear: bool) -> Section:
    visit, record = pack.visit, pack.record
    check = record.identification
    rows = [
        (_("Person visited"), _name(visit.whom, in_clear), True),
        (_("Stands in the debt as"), word(visit.target_role, "role"), False),
    ]
    if visit.target_id is not None:
        rows.append((_("Debtor"), _name(visit.party, in_clear), True))
    place = str(visit.opened(visit.address).place["text"])
    rows += [
        (_("Address"), place if in_clear else mask_address(place), True),
        (_("Who was met"), word(record.who_met, "role") if record.who_met else _("not recorded"), False),
        (_("How identified"), word(check.method, "identity") if check else _("not identified"), False),
    ]
    if check:
        passed = _("Check passed") if check.passed else _("Check not passed")
        rows.append((_("Result of the check"), passed, False))
    note = "" if in_clear else _("Names and address are masked; other people stand here by their role only.")
    return Section(
        "person",
        _("The person, as identified"),
        ("", ""),
        tuple((Cell(label), Cell(text, data=data)) for label, text, data in rows),
        note=note,
    )


def _name(party: Any, in_clear: bool) -> str:
    name = str(party.identity.get("name", ""))
    return name if in_clear else mask_name(name)


def decisions(pack: Pack) -> Section:
    body = pack.verdict.body if pack.verdict else {"findings": [], "pack_versions": []}
    return Section(
        "decisions",
        _("What the rules decided"),
        (_("Rule"), _("Decision"), _("Why"), _("Source")),
        tuple(
            (
                Cell(finding["rule_id"], data=True),
                Cell(str(VERDICTS[finding["decision"]][2]), tone=VERDICTS[finding["decision"]][0]),
                Cell(said(Message.from_json(finding["message"])), data="basis" in finding["message"]["params"]),
                Cell(finding["source"], data=True),
            )
            for finding in body["findings"]
        ),
        note=_decided(pack),
        mark=", ".join(body["pack_versions"]),
        empty=_("No rule had anything to say against it."),
    )


def _decided(pack: Pack) -> str:
    if pack.verdict is None:
        return gettext("No verdict of the rules is kept with this visit")
    told = _("%(decision)s at %(at)s, by the rule packs named here.") % {
        "decision": VERDICTS[pack.verdict.decision][2],  # type: ignore[index]
        "at": clock(pack.verdict.at),
    }
    over = pack.verdict.overrides.select_related("by")
    return told + "".join(
        " "
        + _("Overridden by %(who)s: %(rules)s.") % {"who": row.by.employee_no, "rules": ", ".join(row.rule_ids)}
        for row in over
    )


def facts(pack: Pack) -> Section:
    known = pack.verdict.facts.body if pack.verdict else {}
    return Section(
        "facts",
        _("The facts that the rules used"),
        ("", ""),
        tuple(
            (Cell(fact_name(name)), Cell(brief(value), data=True))
            for name, value in known.items()
            if value not in (None, "")
        ),
        note=_("SHA-256 of the fact sheet:") if pack.verdict else "",
        mark=pack.verdict.facts_id if pack.verdict else "",
        empty=_("No verdict of the rules is kept with this visit"),
        folded=True,
    )


def trail(pack: Pack) -> Section:
    return Section(
        "trail",
        _("Audit records"),
        (_("Chain"), _("At"), _("Who"), _("Action"), "SHA-256"),
        tuple(
            (
                Cell(f"{line.day.branch_code} {line.day.day:%Y-%m-%d} #{line.number}", data=True),
                Cell(clock(line.at)),
                Cell(line.actor or "–", data=True),
                Cell(word(line.action, "action")),
                Cell(line.hash[:16], data=True),
            )
            for line in pack.trail
        ),
        note=_("Each record carries the hash of the one before it; the package holds them in full."),
        empty=_("Nothing has been recorded yet."),
        folded=True,
    )
