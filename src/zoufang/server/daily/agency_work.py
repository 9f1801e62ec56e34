"""An agency's side of its cases: what the gate says now, who it is behind a purpose, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from zoufang.core.compliance import Verdict
from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Channel, Message, gettext_noop
from zoufang.files.agency_sheets import ContactRow, SheetReject, read_contacts
from zoufang.server.agencies.contacts import Made, known_among, record_agency_contact
from zoufang.server.agencies.models import Agency, ContactSheet, Person, Placement
from zoufang.server.agencies.queries import own_case, person_of
from zoufang.server.agencies.register import keep
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Address, Phone, RevealPurpose
from zoufang.server.borrower.phones import registered_phone
from zoufang.server.daily.contact_history import note_contact
from zoufang.server.daily.facts import Registers, read_registers
from zoufang.server.daily.gate import review_now
from zoufang.server.daily.placing import recall_stopped
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

SHOWN = ("name", "phone", "address")
NAMESPACE = UUID("0b6f1f0e-6f52-5d0b-9f6c-6a0f9d4ea001")


@dataclass(frozen=True, slots=True)
class Ways:
    """The one number and the one address that an agency may use, and what the gate says of each now."""

    phone: Phone | None
    address: Address | None
    said: dict[Channel, Verdict]


def case_of(placement_id: UUID, user: User, *, today: date, at: datetime) -> Placement:
    """A case of the user's agency; stopped ones are recalled first, so that nothing of them is shown."""
    person = person_of(user, today)
    if person is not None:
        recall_stopped(today=today, at=at, agency=person.agency)
    return own_case(placement_id, user, today)


def ways_of(case: Placement, *, at: datetime) -> Ways:
    """Only the debtor's own: the number in the contract, and the first address that still holds."""
    phone, address = _phone(case), _address(case)
    registers = read_registers([case.party], at.astimezone(BANK_ZONE).date())
    said: dict[Channel, Verdict] = {}
    if phone is not None:
        said[Channel.CALL] = review_now(case.party, Channel.CALL, registers, at=at, phone=phone)
    if address is not None:
        said[Channel.LETTER] = review_now(case.party, Channel.LETTER, registers, at=at, address=address)
    return Ways(phone, address, said)


def _phone(case: Placement) -> Phone | None:
    return registered_phone(case.party) or case.party.phones.order_by("pk").first()


def _address(case: Placement) -> Address | None:
    rows = case.party.addresses.filter(not_here_since__isnull=True)
    return rows.order_by("kind", "id").first()


@transaction.atomic
def reveal_to_agency(*, case: Placement, what: str, purpose: str, by: User, at: datetime) -> str:
    """In the clear, with who looked and why on the audit chain. Never an ID number, nor another's number."""
    require(by, "see_placed_cases", case)
    if what not in SHOWN or purpose not in (RevealPurpose.CALL, RevealPurpose.VISIT):
        raise BadInput(Message(gettext_noop("Say why this data is needed: choose one of the purposes.")))
    audit.record(
        at=at,
        actor=by.employee_no,
        action="reveal_personal_data",
        subject_kind="party",
        subject_id=case.party_id,
        branch_code=case.party.branch.code,
        details={"what": what, "purpose": purpose, "agency": case.agency.code, "case": case.case_no},
    )
    if what == "phone":
        phone = _phone(case)
        return phone.number if phone else ""
    if what == "address":
        address = _address(case)
        return str(address.place["text"]) if address else ""
    return str(case.party.identity.get("name") or "")


@transaction.atomic
def contact_made(
    *,
    id: UUID,  # noqa: A002 - made where the form is shown
    case: Placement,
    channel: Channel,
    result: str,
    note: str,
    by: User,
    today: date,
    at: datetime,
) -> Made:
    """Keep what was done, with the rules that the gate would have named against it."""
    phone = _phone(case) if channel in (Channel.CALL, Channel.SMS) else None
    registers = read_registers([case.party], today)
    against = _against(case, channel, phone, registers, at)
    made = Made(id, case, channel, result, at, phone, note, person_of(by, today), against)
    record_agency_contact(made=made, by=by)
    return made


def _against(
    case: Placement, channel: Channel, phone: Phone | None, registers: Registers, at: datetime
) -> tuple[str, ...]:
    address = None if channel in (Channel.CALL, Channel.SMS) else _address(case)
    if (phone or address) is None:
        return ()
    said = review_now(case.party, channel, registers, at=at, phone=phone, address=address)
    return tuple(dict.fromkeys(f.rule_id for f in said.findings if f.decision == "block"))


@transaction.atomic
def take_contact_sheet(*, data: bytes, file_name: str, by: User, today: date, at: datetime) -> ContactSheet:
    """All good rows in one transaction, rejects by row with reason; the same file again changes nothing."""
    require(by, "record_agency_contact")
    person = person_of(by, today)
    if person is None:
        raise BadInput(Message(gettext_noop("Your agency may not work on cases today.")))
    read = read_contacts(data, file_name)
    known = ContactSheet.objects.filter(agency=person.agency, sha256=read.sha256).first()
    if known is not None:
        return known
    sheet = ContactSheet(
        id=new_id(),
        agency=person.agency,
        file_name=file_name[:200],
        sha256=read.sha256,
        landed=0,
        known=0,
        by=by,
        at=at,
    )
    made, rejects = _fitting(read.rows, person.agency, at)
    sheet.rejects = [one.as_json() for one in sorted((*read.rejects, *rejects), key=lambda r: r.row)]
    before = known_among([one.id for one in made])
    sheet.known = len(before)
    sheet.landed = len(made) - len(before)
    sheet.save()
    _land([one for one in made if one.id not in before], sheet, by)
    keep(person.agency, "agency_contacts", by, at, {"landed": sheet.landed, "rejected": len(sheet.rejects)})
    return sheet


def _fitting(rows: tuple[ContactRow, ...], agency: Agency, at: datetime) -> tuple[list[Made], list[SheetReject]]:
    """Rows about this agency's cases, within the days that it had them."""
    related = ("party__branch", "agency__branch", "batch")
    cases = {one.case_no: one for one in agency.placements.select_related(*related)}
    people = {one.staff_no: one for one in agency.people.all()}
    made: list[Made] = []
    rejects: list[SheetReject] = []
    for row in rows:
        case = cases.get(row.case_no)
        why = _unfit(row, case, people, at)
        if why is not None or case is None:
            rejects.append(SheetReject(row.row, "case_no", why or NO_CASE))
            continue
        channel = Channel(row.channel)
        phone = _phone(case) if channel in (Channel.CALL, Channel.SMS) else None
        named = f"{row.case_no}|{row.at.isoformat()}|{row.channel}"
        ident = uuid5(NAMESPACE, f"{agency.pk}|{named}")
        try:
            made.append(Made(ident, case, channel, row.result, row.at, phone, row.note, people[row.staff_no]))
        except BadInput as error:
            rejects.append(SheetReject(row.row, "result", error.args[0]))
    return made, rejects


NO_CASE = Message(gettext_noop("No case of your agency has this number."))
NOT_WITH_YOU = Message(gettext_noop("The case was not with you on that day."))
NOT_YET = Message(gettext_noop("The time lies in the future."))
NOBODY = Message(gettext_noop("Nobody trained of your agency had this staff number on that day."))


def _unfit(row: ContactRow, case: Placement | None, people: dict[str, Person], at: datetime) -> Message | None:
    if case is None:
        return NO_CASE
    day = row.at.astimezone(BANK_ZONE).date()
    if row.at > at:
        return NOT_YET
    if day < case.placed_on or (case.ended_at is not None and row.at > case.ended_at):
        return NOT_WITH_YOU
    person = people.get(row.staff_no)
    trained = person is not None and person.trained_until is not None and day <= person.trained_until
    left = person is not None and person.left_on is not None and person.left_on < day
    return None if trained and not left else NOBODY


def _land(made: list[Made], sheet: ContactSheet, by: User) -> None:
    """Day by day and in their order, so that each is judged with those before it."""
    ordered = sorted(made, key=lambda one: one.at)
    days: dict[date, list[Made]] = {}
    for one in ordered:
        days.setdefault(one.at.astimezone(BANK_ZONE).date(), []).append(one)
    for day, rows in days.items():
        registers = read_registers({one.placement.party for one in rows}, day)
        for one in rows:
            against = _against(one.placement, one.channel, one.phone, registers, one.at)
            told = Made(
                one.id, one.placement, one.channel, one.result, one.at, one.phone, one.note, one.person, against
            )
            contact = record_agency_contact(made=told, by=by, sheet=sheet)
            note_contact(registers.contacts, contact, str(sheet.agency_id))
