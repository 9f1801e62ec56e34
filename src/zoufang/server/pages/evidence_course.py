"""The course of a visit as tables of evidence: times and places, events, files, papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.evidence import Original, rough
from zoufang.core.values import Message, Point
from zoufang.server.evidence.models import PaperVisit
from zoufang.server.evidence.pack import Pack
from zoufang.server.pages.evidence_cells import Cell, Section, clock
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.visit_lines import lines_of
from zoufang.server.pages.words import word
from zoufang.server.papers.models import KINDS, SIGNERS, STEPS, Paper
from zoufang.server.visiting.models import VisitEvent

ORIGINAL_TONES = {Original.WHOLE: "green", Original.NOT_KEPT: "yellow", Original.CHANGED: "red"}
POSTAL = ("posted", "arrived", "came_back")


def places(pack: Pack, in_clear: bool) -> Section:
    moves = [row for row in pack.events if row.kind in ("checked_in", "checked_out")]
    return Section(
        "places",
        _("Times and places"),
        (
            _("Step"),
            _("Visitor"),
            _("Device time"),
            _("Server time"),
            _("Difference"),
            _("Position (WGS-84)"),
            _("Accuracy"),
            _("Simulated place"),
        ),
        tuple(_move(row, in_clear) for row in moves),
        note=_(
            "Where the visitors' device was, never where the customer was. A browser cannot tell whether a place "
            "is simulated: no flag is no proof. Device time may differ where there was no signal."
        ),
        empty=_("Nobody checked in."),
    )


def _move(row: VisitEvent, in_clear: bool) -> tuple[Cell, ...]:
    paper = row.from_paper
    return (
        Cell(word(row.kind, "event")),
        Cell(row.by.full_name, data=True),
        Cell(clock(row.device_at) + (_(" (from paper)") if paper else "")),
        Cell(clock(row.server_at), data=True),
        Cell(_seconds((row.server_at - row.device_at).total_seconds())),
        Cell(_position(row, in_clear)),
        Cell(f"±{row.accuracy_m:.0f} m" if row.accuracy_m is not None else "–"),
        Cell(_("flag raised") if row.body.get("mock_location") else _("no flag")),
    )


def _position(row: VisitEvent, in_clear: bool) -> str:
    if row.lat is None or row.lon is None:
        return _("not known")
    point = Point(row.lat, row.lon)
    return f"{row.lat:.5f}, {row.lon:.5f}" if in_clear else "{0.lat:.2f}, {0.lon:.2f} (≈1 km)".format(rough(point))


def _seconds(seconds: float) -> str:
    whole = round(seconds)
    if abs(whole) < 120:
        return _("%(n)s s") % {"n": whole}
    return _("%(n)s min") % {"n": round(whole / 60)}


def events(pack: Pack) -> Section:
    return Section(
        "events",
        _("What happened, in order"),
        (_("Device time"), _("Event"), _("In codes"), _("Visitor"), "SHA-256"),
        tuple(
            (
                Cell(clock(line.row.device_at)),
                Cell(line.title + (_(" (from paper)") if line.row.from_paper else "")),
                Cell("; ".join(_codes(line))),
                Cell(line.row.by.full_name, data=True),
                Cell(line.row.body_hash[:16], data=True),
            )
            for line in lines_of(pack.visit)
        ),
        note=_("Free texts may name others: they stay in the bank, and the hash of the event covers them."),
        empty=_("Nothing has been recorded yet."),
    )


def _codes(line: Any) -> Iterator[str]:
    yield from (text for text in line.words if text)
    if line.sealed or line.note:
        yield _("A sealed note")


def files(pack: Pack) -> Section:
    rows = [row for row in pack.events if row.pk in pack.originals]
    return Section(
        "files",
        _("Files, hashed at capture"),
        (_("File"), _("Taken at"), _("Hash"), _("The original")),
        tuple(
            (
                Cell(word(row.body["evidence"], "evidence")),
                Cell(clock(row.device_at)),
                Cell(f"{row.body['algorithm']} {row.body['digest']}", data=True),
                Cell(word(pack.originals[row.pk], "original"), tone=ORIGINAL_TONES[pack.originals[row.pk]]),
            )
            for row in rows
        ),
        empty=_("No file belongs to this visit"),
    )


def papers(pack: Pack, in_clear: bool) -> Section:
    return Section(
        "papers",
        _("Notices and papers"),
        (_("Number"), _("Paper"), _("Grade"), _("What became of it"), _("Hashes and receipts")),
        tuple(_paper(paper, in_clear) for paper in pack.papers),
        empty=_("No paper was made for this visit."),
    )


def _paper(paper: Paper, in_clear: bool) -> tuple[Cell, ...]:
    steps = list(paper.steps.all())
    told = [_step(row) for row in steps]
    proofs = [row.proof for row in steps if row.proof and (in_clear or row.step not in POSTAL)]
    return (
        Cell(paper.number, data=True),
        Cell(str(KINDS[paper.kind])),  # type: ignore[index]
        Cell(paper.grade),
        Cell("; ".join(told)),
        Cell("; ".join(proofs) or "–", data=True),
    )


def _step(row: Any) -> str:
    signer = f" ({SIGNERS[row.signer]})" if row.signer else ""
    return f"{row.on:%Y-%m-%d} {STEPS[row.step]}{signer}"


def from_paper(paper: PaperVisit) -> Section:
    """Who keyed it in, who checked it, and what stood out: beside each event stands its own mark."""
    checked = _("not yet")
    if paper.reviewed_by is not None and paper.reviewed_at is not None:
        checked = f"{paper.reviewed_by.full_name} {clock(paper.reviewed_at)}: {paper.get_finding_display()}"
    rows = [
        (_("Number of the form"), paper.paper_no),
        (_("Keyed in by"), f"{paper.keyed_by.full_name} {paper.keyed_by.employee_no} {clock(paper.keyed_at)}"),
        (_("Checked by a second person"), checked),
        (_("Hash of the scanned page"), paper.scan_digest),
        (_("Hash of what was keyed in"), paper.body_hash),
        *((_("Finding"), said(Message.from_json(flag))) for flag in paper.flags),
    ]
    return Section(
        "paper",
        _("Written on paper"),
        ("", ""),
        tuple((Cell(label), Cell(text, data=True)) for label, text in rows),
        note=_(
            "Times are those of the paper, by the minute; no device vouches for them or for the place. The grade "
            "is no better for it."
        ),
    )
