"""What a visit's evidence has, what it lacks, and why that matters: one rule a part, in the order of the pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.evidence.grading import covert, speaks
from zoufang.core.evidence.proof import SKEW_LIMIT_S, SPOKEN, Original, VisitProof
from zoufang.core.values import Message, gettext_noop
from zoufang.core.visits import PaperGrade, PaperStep, grade_of


class Part(StrEnum):
    CREW = "crew"
    CERTIFICATES = "certificates"
    CLEARANCE = "clearance"
    PLACE = "place"
    CLOCK = "clock"
    IDENTITY = "identity"
    DISCLOSURE = "disclosure"
    RECORDING = "recording"
    ORIGINALS = "originals"
    OUTCOME = "outcome"
    DEMAND = "demand"
    SCAN = "scan"
    CHAIN = "chain"


class Standing(StrEnum):
    THERE = "there"
    WEAK = "weak"
    MISSING = "missing"
    NOT_ASKED = "not_asked"  # this visit could not have it


@dataclass(frozen=True, slots=True)
class PartFound:
    """`what` is seen, `why` it matters; `lifts`: the grade that the visit could reach with it, None if none."""

    part: Part
    standing: Standing
    what: Message
    why: Message
    lifts: PaperGrade | None = None


Said = tuple[Standing, str]
T, W, X, N = Standing.THERE, Standing.WEAK, Standing.MISSING, Standing.NOT_ASKED


def _crew(p: VisitProof) -> Said:
    n = len(p.record.officers)
    if n >= 2:
        return T, gettext_noop("Two visitors or more checked in, each by the own log-in")
    return (W, gettext_noop("One visitor alone checked in")) if n else (X, gettext_noop("Nobody checked in"))


def _certificates(p: VisitProof) -> Said:
    if p.certified is None:
        return N, gettext_noop("Nobody checked in, so no certificate was asked for")
    if p.certified:
        return T, gettext_noop("Every visitor held all certificates on that day")
    return X, gettext_noop("A visitor lacked a certificate on that day")


def _clearance(p: VisitProof) -> Said:
    if p.cleared is None:
        return X, gettext_noop("No verdict of the rules is kept with this visit")
    if p.cleared:
        return T, gettext_noop("The rules cleared this visit, and the facts they used are kept")
    return X, gettext_noop("The rules had refused this visit")


def _place(p: VisitProof) -> Said:
    if p.mocked:
        return W, gettext_noop("The device said that its place was simulated")
    if not p.positions:
        return X, gettext_noop("No position of the device is recorded")
    worst = max(event.accuracy_m or 0 for event in p.positions)
    if worst > 200:
        return W, gettext_noop("The position is known only roughly (more than 200 m)")
    return T, gettext_noop("The device's position is recorded, with its accuracy and datum")


def _clock(p: VisitProof) -> Said:
    if not p.begun:
        return N, gettext_noop("Nothing was recorded on a device")
    if p.from_paper:
        return W, gettext_noop("The times were written on paper and keyed in later")
    if abs(p.skew_s) > SKEW_LIMIT_S:
        return W, gettext_noop("Device and server disagree, or the events came late: by more than five minutes")
    return T, gettext_noop("Device time and server time agree within five minutes")


def _identity(p: VisitProof) -> Said:
    if not p.record.somebody_met:
        return N, gettext_noop("Nobody was met")
    if p.record.identification is None:
        return X, gettext_noop("Who was met was not identified")
    if p.record.amount_unlocked:
        return T, gettext_noop("Somebody who may hear of the debt was identified")
    return W, gettext_noop("The person could not be identified as one who may hear of the debt")


def _disclosure(p: VisitProof) -> Said:
    if not p.record.amount_unlocked:
        return N, gettext_noop("The debt was not spoken of")
    if p.record.disclosed:
        return T, gettext_noop("Names, bank, purpose, recording, rights and complaint line were stated")
    return X, gettext_noop("The statement of rights and purpose is not recorded")


def _recording(p: VisitProof) -> Said:
    if covert(p):
        return W, gettext_noop("There is a recording, but nobody was told of it")
    if speaks(p):
        return T, gettext_noop("An announced recording with the person identified is kept whole")
    if any(one.evidence in SPOKEN for one in p.record.evidence):
        return W, gettext_noop("A recording is on record, but it does not prove the claim by itself")
    if not p.record.somebody_met:
        return N, gettext_noop("Nobody was met, so there was nothing to record")
    if p.record.no_recording is not None:
        return W, gettext_noop("There is no recording; both visitors signed why")
    return X, gettext_noop("There is neither a recording nor the reason why")


def _originals(p: VisitProof) -> Said:
    held = set(p.originals.values())
    if not p.record.evidence:
        return N, gettext_noop("No file belongs to this visit")
    if Original.CHANGED in held:
        return X, gettext_noop("A file no longer has the hash of its capture")
    if held != {Original.WHOLE} or len(p.originals) < len(p.record.evidence):
        return W, gettext_noop("Of a file only the hash is here")
    return T, gettext_noop("All files are kept and have the hash of their capture")


def _outcome(p: VisitProof) -> Said:
    if p.record.called_off is not None:
        return N, gettext_noop("The visit was called off, with its reason")
    if p.record.outcome is None:
        return X, gettext_noop("The outcome is not recorded")
    return T, gettext_noop("The outcome is recorded in codes")


def _demand(p: VisitProof) -> Said:
    grades = {grade_of(paper) for paper in p.papers}
    if grades & {PaperGrade.A, PaperGrade.B}:
        return T, gettext_noop("A paper reached the person provably")
    if PaperGrade.C in grades:
        return W, gettext_noop("A paper went out; that it reached the person is not proved")
    return X, gettext_noop("No paper was served on this visit")


def _scan(p: VisitProof) -> Said:
    steps = [{event.step for event in paper.events} for paper in p.papers]
    signed = [s for s in steps if PaperStep.SIGNED in s]
    if not signed:
        return N, gettext_noop("No paper was signed")
    if all(PaperStep.SCANNED in s for s in signed):
        return T, gettext_noop("Every signed paper is scanned, with its hash")
    return X, gettext_noop("A signed paper is not scanned yet")


def _chain(p: VisitProof) -> Said:
    if p.chained:
        return T, gettext_noop("The audit records of this visit have their hashes, link by link")
    return X, gettext_noop("An audit record of this visit was changed or moved")


RULES: tuple[tuple[Part, Callable[[VisitProof], Said], str, PaperGrade | None], ...] = (
    (Part.CREW, _crew, gettext_noop("Two people bear witness; one alone is a breach of the rule of two"), None),
    (
        Part.CERTIFICATES,
        _certificates,
        gettext_noop("A visit by somebody unqualified may be attacked, and is a breach by itself"),
        None,
    ),
    (
        Part.CLEARANCE,
        _clearance,
        gettext_noop("What was got by unlawful contact is not counted (grade D)"),
        PaperGrade.C,
    ),
    (
        Part.PLACE,
        _place,
        gettext_noop("Shows where the visitors' device was (grade C), never where the customer was"),
        PaperGrade.C,
    ),
    (Part.CLOCK, _clock, gettext_noop("A court weighs when a record was made, and by which clock"), None),
    (
        Part.IDENTITY,
        _identity,
        gettext_noop("A talk with somebody unidentified shows the effort only (grade C)"),
        PaperGrade.B,
    ),
    (
        Part.DISCLOSURE,
        _disclosure,
        gettext_noop("Without it a recording is covert, and not counted (grade D)"),
        PaperGrade.B,
    ),
    (
        Part.RECORDING,
        _recording,
        gettext_noop("An announced full recording restarts limitation after counsel looked (grade B)"),
        PaperGrade.B,
    ),
    (
        Part.ORIGINALS,
        _originals,
        gettext_noop("An edited or unhashed file is not counted (grade D); the original is judged"),
        PaperGrade.C,
    ),
    (Part.OUTCOME, _outcome, gettext_noop("Without a result the visit is a note, not a record"), None),
    (
        Part.DEMAND,
        _demand,
        gettext_noop("Only a demand that names creditor, debtor, debt and amount restarts limitation (A, B)"),
        PaperGrade.A,
    ),
    (
        Part.SCAN,
        _scan,
        gettext_noop("A signature counts from the day of signing, once the scan proves it (grade A)"),
        PaperGrade.A,
    ),
    (
        Part.CHAIN,
        _chain,
        gettext_noop("Shows that nothing was changed since: integrity is what a court asks first"),
        None,
    ),
)


def completeness(proof: VisitProof) -> tuple[PartFound, ...]:
    """Each part of the pack with its standing; `lifts` only where the part is weak or missing."""
    found = []
    for part, rule, why, grade in RULES:
        standing, what = rule(proof)
        short = standing in (Standing.WEAK, Standing.MISSING)
        found.append(PartFound(part, standing, Message(what), Message(why), grade if short else None))
    return tuple(found)
