"""Found the simulated bank: branches, staff, certificates, crews, attestations, registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from zoufang.core.simulation import SimulatedBank, SimulatedCrew, uuid_of
from zoufang.core.values import Gender, Language
from zoufang.files.policy_packs import shipped_courses
from zoufang.server.book.models import Party
from zoufang.server.demo.answers import answer_and_close
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Branch, Level, Role, User
from zoufang.server.staff.people import Skills, describe_officer
from zoufang.server.training.models import Course
from zoufang.server.training.services import certify
from zoufang.server.visiting.models import Crew

# One log-in for each role that isn't a visitor: user name, name, role.
OFFICE = (
    ("manager", "李文华", Role.MANAGER),
    ("planner", "王晓梅", Role.PLANNER),
    ("trainer", "赵国栋", Role.TRAINER),
    ("approver", "孙丽娟", Role.APPROVER),
    ("compliance", "周明远", Role.COMPLIANCE),
    ("analyst", "吴佳怡", Role.ANALYST),
    ("admin", "郑海涛", Role.ADMINISTRATOR),
    ("agency", "何立新", Role.AGENCY),
)
# What a loan-book file can't tell and this bank vouches for, by two people, openly.
ATTESTED = {
    "contact_log_from": "催收系统通话记录自开业起完整留存（模拟）",
    "represented": "法务台账无委托代理记录者视为未委托（模拟）",
    "address_source": "地址取自借款合同，签约日即来源日期（模拟）",
    "phone_source": "电话取自借款合同，签约日即来源日期（模拟）",
}
ATTESTED_DAYS = 365
WORK_ID_DAYS = 730
PASS_SCORE = 88


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts in the demo."""

    city: Branch
    manager: User
    planner: User
    trainer: User
    approver: User
    compliance: User
    administrator: User
    agency: User
    officers: dict[str, User]


def found_bank(bank: SimulatedBank, at: datetime) -> Staff:
    """Open the bank on its start day and put everyone in place."""
    staff.open_bank(business_date=bank.start, simulated=True, seed=bank.seed)
    branches = _branches(bank)
    city = next(b for b in branches.values() if b.level == Level.BRANCH)
    office = {name: _user(name, who, f"G{i:04d}", role, city, at) for i, (name, who, role) in enumerate(OFFICE, 1)}
    officers = {}
    for number, one in enumerate(bank.officers, 1):
        # Visitors belong to the city's collections centre, for their crews call on customers of every sub-branch.
        officer = _user(f"visitor{number}", one.name, one.employee_no, Role.VISITOR, city, at)
        until = bank.start + timedelta(days=WORK_ID_DAYS)
        officers[one.employee_no] = staff.enter_work_id(user=officer, until=until, by=office["admin"], at=at)
    team = Staff(
        city=city,
        manager=office["manager"],
        planner=office["planner"],
        trainer=office["trainer"],
        approver=office["approver"],
        compliance=office["compliance"],
        administrator=office["admin"],
        agency=office["agency"],
        officers=officers,
    )
    _certificates(bank, team, at)
    _skills(bank, team, at)
    for crew in bank.crews:
        _crew(crew, branches[crew.branch_code], team)
    return team


def _branches(bank: SimulatedBank) -> dict[str, Branch]:
    made: dict[str, Branch] = {}
    for one in bank.branches:
        made[one.code] = staff.add_branch(
            code=one.code, name=one.name, level=Level(one.level), parent=made.get(one.parent)
        )
    return made


def _user(username: str, name: str, number: str, role: Role, branch: Branch, at: datetime) -> User:
    return staff.add_user(
        username=username,
        full_name=name,
        employee_no=number,
        role=role,
        branch=branch,
        password=settings.ZOUFANG_DEMO_PASSWORD,
        at=at,
    )


def _certificates(bank: SimulatedBank, team: Staff, at: datetime) -> None:
    courses = {
        course.code: Course.objects.create(
            code=course.code, title_zh=course.zh, title_en=course.en, valid_days=course.valid_days
        )
        for course in shipped_courses().courses
    }
    for officer in bank.officers:
        for held in officer.qualifications:
            certify(
                officer=team.officers[officer.employee_no],
                course=courses[held.course],
                score=PASS_SCORE,
                on=held.issued,
                by=team.trainer,
                at=at,
            )


def _skills(bank: SimulatedBank, team: Staff, at: datetime) -> None:
    """Two in three speak the dialect of the country, every other one is a woman, some are new to the work."""
    for number, officer in enumerate(bank.officers):
        speaks = {Language.MANDARIN} | ({Language.JILU} if number % 3 else set())
        skills = Skills(
            languages=frozenset(speaks),
            gender=(Gender.MALE, Gender.FEMALE)[number % 2],
            in_service_since=bank.start - timedelta(days=200 + 365 * (number * 5 % 9)),
        )
        describe_officer(user=team.officers[officer.employee_no], skills=skills, by=team.manager, at=at)


def _crew(crew: SimulatedCrew, branch: Branch, team: Staff) -> None:
    made = Crew.objects.create(
        code=crew.code,
        name=crew.name,
        branch=branch,
        depot_lat=crew.depot.lat,
        depot_lon=crew.depot.lon,
        shift_start=crew.shift.start_min,
        shift_end=crew.shift.end_min,
    )
    made.members.set(team.officers[number] for number in crew.officers)


def attest(bank: SimulatedBank, team: Staff, source_system: str, at: datetime) -> None:
    """Two people sign for what the book lacks."""
    for fact, basis in ATTESTED.items():
        statement = oversight.attest(
            id=uuid_of(bank.seed, "attestation", fact, source_system),
            fact=fact,
            source_system=source_system,
            basis=basis,
            expires=bank.start + timedelta(days=ATTESTED_DAYS),
            by=team.manager,
            at=at,
        )
        oversight.countersign(statement=statement, by=team.compliance, at=at)


def registers(bank: SimulatedBank, team: Staff, at: datetime) -> None:
    """Stops and complaints that the bank knows of on its first day."""
    parties = {party.source_key: party for party in Party.objects.select_related("branch")}
    for number, stop in enumerate(bank.stops):
        oversight.set_stop(
            id=uuid_of(bank.seed, "stop", number),
            party=parties[stop.customer_id],
            kind=Stop.Kind(stop.kind),
            since=stop.since,
            until=stop.until,
            by=None,
            at=at,
        )
    for number, complaint in enumerate(bank.complaints):
        kept = oversight.open_complaint(
            id=uuid_of(bank.seed, "complaint", number),
            party=parties[complaint.customer_id],
            about=complaint.about,
            text="模拟投诉记录",
            opened_on=complaint.opened_on,
            by=None,
            at=at,
        )
        if complaint.closed_on is not None:
            answer_and_close(kept, by=team.compliance, on=complaint.closed_on, at=at)


def ids(bank: SimulatedBank, *key: object) -> Iterator[UUID]:
    """Endless ids that derive from the seed and the key."""
    number = 0
    while True:
        yield uuid_of(bank.seed, *key, number)
        number += 1
