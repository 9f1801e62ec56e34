"""A sub-branch with a book of a few customers, trained crews and a running study: made directly, in a moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from tests.server.staffing import NOW, PASSWORD, TODAY, a_bank, a_member
from zoufang.core.evaluation import Arm
from zoufang.core.values import AddressKind, Precision, SourceCode
from zoufang.files.policy_packs import shipped_courses
from zoufang.server.book import vault
from zoufang.server.book.models import Address, Loan, LoanState, Party
from zoufang.server.oversight.models import Attestation
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Branch, Level, Role, User
from zoufang.server.studies.models import Assignment, Study
from zoufang.server.training.models import Certificate, Course
from zoufang.server.visiting.models import Crew

SYSTEM = "core"
# 平原县 was numbered anew in 1994: a right ID of someone born before, as banks have many.
ID_NO = "371426198001011235"
SEAT = (37.165, 116.434)  # 平原县
VOUCHED = ("contact_log_from", "represented")


def another_branch() -> Branch:
    """A sub-branch beside the one of `a_bank()`."""
    found = Branch.objects.filter(code="371424").first()
    head = a_bank().parent
    return found or staff.add_branch(code="371424", name="临邑支行", level=Level.SUB_BRANCH, parent=head)


def vouched_facts() -> None:
    """Two people sign for what the book of this source lacks."""
    first, second = a_member("manager"), a_member("compliance")
    for fact in VOUCHED:
        Attestation.objects.create(
            id=uuid4(),
            fact=fact,
            source_system=SYSTEM,
            basis="通话记录自开业起留存",
            expires=TODAY + timedelta(days=200),
            first_by=first,
            second_by=second,
            first_at=NOW - timedelta(days=30),
            second_at=NOW - timedelta(days=30),
        )


def a_customer(
    key: str,
    *,
    name: str = "张三丰",
    arrears_fen: int = 3_000_000,
    dpd: int = 95,
    north: float = 0.01,
    east: float = 0.01,
    placed: bool = True,
    branch: Branch | None = None,
    doors: int = 1,
) -> Party:
    """A borrower with one overdue loan; `doors` homes near the county seat, placed on the map or not."""
    branch = branch or a_bank()
    party_id, data_key = uuid4(), vault.new_key()
    party = Party.objects.create(
        id=party_id,
        source_system=SYSTEM,
        source_key=key,
        branch=branch,
        wrapped_key=vault.wrap(data_key, str(party_id)),
        sealed=vault.seal(data_key, {"name": name, "id_no": ID_NO}, "party"),
    )
    for number in range(doors):
        an_address(party, north=north + number / 100, east=east, placed=placed)
    loan = Loan.objects.create(
        id=uuid4(),
        source_system=SYSTEM,
        source_key=f"L{key}",
        debtor=party,
        branch=branch,
        product="consumer",
        opened_on=TODAY - timedelta(days=700),
        matures_on=TODAY + timedelta(days=300),
    )
    LoanState.objects.create(
        loan=loan,
        branch=branch,
        as_of=TODAY,
        balance_fen=arrears_fen * 3,
        arrears_fen=arrears_fen,
        dpd=dpd,
        bucket="M3",
        five_class="substandard",
        figure_source="given",
    )
    return party


def an_address(party: Party, *, north: float, east: float, placed: bool = True) -> Address:
    text = f"德州市平原县龙门街道{north:.3f}号"
    lat, lon = (SEAT[0] + north, SEAT[1] + east) if placed else (None, None)
    return Address.objects.create(
        id=uuid4(),
        party=party,
        kind=AddressKind.HOME,
        sealed=vault.seal(party.key, {"text": text, "lat": lat, "lon": lon}, "address"),
        text_index=vault.blind_index(text, "address"),
        county="平原县",
        township="龙门街道",
        precision=Precision.BUILDING if placed else Precision.UNPLACED,
        source_code=SourceCode.CONTRACT,
        source_on=TODAY - timedelta(days=700),
    )


def a_visitor(
    number: int, *, branch: Branch | None = None, work_id_until: date | None = TODAY + timedelta(days=300)
) -> User:
    user = staff.add_user(
        username=f"visitor{number}",
        full_name=f"走访{number}",
        employee_no=f"V{number:03}",
        role=Role.VISITOR,
        branch=branch or a_bank(),
        password=PASSWORD,
        at=NOW,
    )
    user.work_id_until = work_id_until
    user.save(update_fields=["work_id_until"])
    return user


def certified(officer: User, *, except_for: str = "") -> User:
    """Passed every course a month ago."""
    for one in shipped_courses().courses:
        course, _ = Course.objects.get_or_create(
            code=one.code, defaults={"title_zh": one.zh, "title_en": one.en, "valid_days": one.valid_days}
        )
        if one.code != except_for:
            issued = TODAY - timedelta(days=30)
            Certificate.objects.create(
                officer=officer, course=course, issued=issued, expires=issued + timedelta(days=365), score=90
            )
    return officer


def a_crew(code: str = "K1", *, members: tuple[User, ...] | None = None, branch: Branch | None = None) -> Crew:
    """Two trained visitors with valid work IDs, setting out from the county seat."""
    if members is None:
        first = User.objects.filter(role=Role.VISITOR).count() + 1
        members = tuple(certified(a_visitor(n, branch=branch)) for n in (first, first + 1))
    crew = Crew.objects.create(
        code=code, name=f"{code}组", branch=branch or a_bank(), depot_lat=SEAT[0], depot_lon=SEAT[1]
    )
    crew.members.set(members)
    return crew


def a_study(parties: dict[Party, Arm] | None = None, *, branch: Branch | None = None, day: date = TODAY) -> Study:
    """Runs for four weeks from `day`; each party in its arm."""
    branch = branch or a_bank()
    study = Study.objects.create(
        id=uuid4(),
        name=f"{branch.code}-{day:%Y%m%d}",
        branch=branch,
        opened_on=day,
        window_end=day + timedelta(days=27),
        seed=7,
        design={"hold_out_share": 0.2, "must_visit_share": 0.05, "window_days": 28},
    )
    for party, arm in (parties or {}).items():
        Assignment.objects.create(
            study=study,
            party=party,
            arm=arm,
            probability=0.75,
            p_hold_out=0.2,
            stratum="M3",
            household=f"{party.source_system}:{party.source_key}",
            drawn_on=day,
            digest="0" * 64,
        )
    return study


def an_id() -> UUID:
    return uuid4()


def moment(hour: int = 9) -> datetime:
    return NOW.replace(hour=hour - 8)
