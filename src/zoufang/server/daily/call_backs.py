"""Call-backs (回访): a share of finished visits, drawn by a kept seed; compliance asks within three days."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.compliance import Verdict
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import BANK_ZONE, Channel, Message, PartyRole, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Phone
from zoufang.server.borrower.models import CallBack
from zoufang.server.borrower.phones import registered_phone
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import review_now
from zoufang.server.daily.targets import target_met, target_of
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

DAYS = 3  # after the visit
FIELD = "call_back"
SCALE = 2**64
MOST_TRIES = 3
Result = CallBack.Result


@dataclass(frozen=True, slots=True)
class Answers:
    """Yes, no, or not known (None)."""

    introduced: bool | None
    asked_for_cash: bool | None
    respected: bool | None
    plan_understood: bool | None

    @property
    def faults(self) -> tuple[str, ...]:
        """What somebody on the visit did wrong; a plan not understood is explained again, and is no fault."""
        found = {
            "not_introduced": self.introduced is False,
            "cash": self.asked_for_cash is True,
            "disrespect": self.respected is False,
        }
        return tuple(code for code, bad in found.items() if bad)


@transaction.atomic
def draw_call_backs(*, today: date, at: datetime) -> int:
    """Draw among the visits of the last three days that came to a talk; how many are new. Safe to repeat.

    Each visit's lot is SHA-256 over its day's seed and its id: the seed stands on the audit chain, so that anybody
    can check the draw, and a visit that syncs late has had its lot all along.
    """
    share = settings.ZOUFANG_CALL_BACK_SHARE
    lately = Visit.objects.filter(day__lt=today, day__gte=today - timedelta(days=DAYS), ended_at__isnull=False)
    rows = lately.filter(call_back__isnull=True).select_related("branch").order_by("day", "id")
    asked = [visit for visit in rows if target_met(visit)]
    drawn = [visit for visit in asked if lot(seed_of(visit.day), visit.pk) < share]
    made = [CallBack(visit=v, branch=v.branch, drawn_on=today, due_on=v.day + timedelta(days=DAYS)) for v in drawn]
    CallBack.objects.bulk_create(made)
    for branch in sorted({visit.branch for visit in drawn}, key=lambda one: one.code):
        _audit_draw(branch, share, asked, drawn, today, at)
    return len(made)


def seed_of(day: date) -> str:
    """Of a simulated bank by its own seed; else by the installation key, which nobody at a desk knows."""
    own = bank_state().seed
    if own is not None:
        return sha256(f"{own}|{day.isoformat()}".encode()).hexdigest()[:32]
    return vault.blind_index(day.isoformat(), "call_back_seed").hex()


def lot(seed: str, visit_id: UUID) -> float:
    """Uniform in [0, 1)."""
    digest = sha256(f"call-back|{seed}|{visit_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / SCALE


def _audit_draw(
    branch: Branch, share: float, asked: list[Visit], drawn: list[Visit], today: date, at: datetime
) -> None:
    audit.record(
        at=at,
        actor="daily",
        action="draw_call_backs",
        subject_kind="branch",
        subject_id=branch.code,
        branch_code=branch.code,
        details={
            "day": today.isoformat(),
            "seeds": {day.isoformat(): seed_of(day) for day in sorted({visit.day for visit in drawn})},
            "share": share,
            "among": sum(visit.branch_id == branch.pk for visit in asked),
            "drawn": [str(visit.pk) for visit in drawn if visit.branch_id == branch.pk],
        },
    )


def waiting() -> QuerySet[CallBack]:
    """Those still to ring, the most pressing first."""
    rows = CallBack.objects.filter(result="").select_related("visit__party__branch", "visit__target", "branch")
    return rows.order_by("due_on", "visit_id")


def ask(call_back: CallBack, *, at: datetime) -> tuple[Phone | None, Verdict | None]:
    """The number to ring, and what the gate says of it now; nothing is kept. No number: nobody is rung."""
    visit = call_back.visit
    phone = registered_phone(visit.whom)
    if phone is None:
        return None, None
    target = target_of(visit)
    registers = read_registers(
        [visit.party], at.astimezone(BANK_ZONE).date(), [target.party] if target is not None else ()
    )
    said = review_now(visit.party, Channel.CALL, registers, at=at, phone=phone, target=target)
    return phone, said


@transaction.atomic
def record_answers(
    *, call_back: CallBack, answers: Answers | None, note: str, by: User, today: date, at: datetime
) -> CallBack:
    """What was answered; None: nobody was reached, and after three tries the list lets it go.

    A fault opens a complaint about the visit, whose clock runs and which pauses visits (CN-O5). Conflict: done
    already, or the gate forbids the call.
    """
    require(by, "call_back", call_back)
    held = CallBack.objects.select_for_update(of=("self",)).get(pk=call_back.pk)
    held.visit = call_back.visit
    if held.result:
        raise Conflict(Message(gettext_noop("This call-back is done already.")))
    phone, said = ask(held, at=at)
    if phone is None or said is None or not said.cleared:
        raise Conflict(Message(gettext_noop("The rules forbid this call now. Nothing was recorded.")))
    if answers is not None and answers == Answers(None, None, None, None):
        raise BadInput(Message(gettext_noop("Answer at least one question, or choose that nobody was reached.")))
    _log(held, phone, said, reached=answers is not None, by=by, today=today, at=at)
    held.tries, held.by, held.at = held.tries + 1, by, at
    held.sealed_note = vault.seal(held.visit.whom.key, note.strip(), FIELD) if note.strip() else None
    if answers is not None:
        held.result, held.answers = Result.ANSWERED, asdict(answers)
        held.bad = bool(answers.faults)
        held.complaint_id = _complain(held, answers, note, today, at) if held.bad else None
    elif held.tries >= MOST_TRIES:
        held.result = Result.NOT_REACHED
    held.save()
    _audit(held, by, at)
    return held


@transaction.atomic
def let_go(*, call_back: CallBack, by: User, at: datetime) -> CallBack:
    """Not rung, because a stop or a rule forbids it. Conflict where the gate clears the call."""
    require(by, "call_back", call_back)
    phone, said = ask(call_back, at=at)
    if phone is not None and said is not None and said.cleared:
        raise Conflict(Message(gettext_noop("The rules allow this call: ring, and record what was answered.")))
    call_back.result, call_back.by, call_back.at = Result.FORBIDDEN, by, at
    call_back.save(update_fields=["result", "by", "at"])
    _audit(call_back, by, at)
    return call_back


def _log(
    call_back: CallBack, phone: Phone, said: Verdict, *, reached: bool, by: User, today: date, at: datetime
) -> None:
    visit = call_back.visit
    kept = oversight.SaidOfParty(visit.party_id, None, visit.party.branch_id, said)
    oversight.keep_verdicts([kept], day=today, at=at)
    record_contact(
        id=new_id(),
        debtor=visit.party,
        channel=Channel.CALL,
        reached=reached,
        result="reached" if reached else "unanswered",
        by=by,
        at=at,
        phone=phone,
        reached_role=PartyRole(visit.target_role),
        target=visit.target,
        may="call_back",
    )


def _complain(call_back: CallBack, answers: Answers, note: str, today: date, at: datetime) -> UUID:
    visit = call_back.visit
    told = ", ".join(answers.faults)
    made = oversight.open_complaint(
        id=new_id(),
        party=visit.whom,
        about="visit_conduct",
        text=f"{told}\n{note.strip()}".strip(),
        opened_on=today,
        by=None,
        at=at,
        visit_id=visit.pk,
        channel=Complaint.Channel.PHONE,
    )
    return made.id


def _audit(call_back: CallBack, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action="call_back",
        subject_kind="party",
        subject_id=call_back.visit.whom.pk,
        branch_code=call_back.branch.code,
        details={
            "visit": str(call_back.visit_id),
            "result": call_back.result or "tried",
            "complaint": str(call_back.complaint_id or ""),
        },
    )
