"""The branch tree, the officers with their certificates, and the crews of two."""

from __future__ import annotations

from datetime import date, timedelta

from zoufang.core.simulation.bank import BankSize, SimulatedBranch, SimulatedCrew, SimulatedOfficer
from zoufang.core.simulation.chance import uniform, whole
from zoufang.core.simulation.counties import COUNTIES, County, moved
from zoufang.core.simulation.identities import person_name
from zoufang.core.values import Qualification, TimeWindow

BANK_NAME = "德州银行"  # invented
HEAD, CITY = "0100", "0101"
COURSES = ("communication", "psychology", "law", "safety", "care")
SHIFT = TimeWindow(8 * 60 + 30, 18 * 60)
# Crews start where the customers are: the city first, then the counties around the prefecture.
CREW_COUNTIES = (0, 5, 9, 10, 4, 7, 0, 2, 1, 6, 8, 3)


def branch_tree() -> tuple[SimulatedBranch, ...]:
    """总行 → 分行 → one 支行 in each county; each parent before its children."""
    seat = COUNTIES[0].seat
    top = (
        SimulatedBranch(HEAD, f"{BANK_NAME}总行", "head_office", "", seat),
        SimulatedBranch(CITY, f"{BANK_NAME}德州分行", "branch", HEAD, seat),
    )
    leaves = (
        SimulatedBranch(branch_code(i), f"{BANK_NAME}{county.name[:-1]}支行", "sub_branch", CITY, county.seat)
        for i, county in enumerate(COUNTIES)
    )
    return (*top, *leaves)


def branch_code(county_number: int) -> str:
    return f"{int(CITY) + 1 + county_number:04d}"


def staff(
    seed: int, start: date, size: BankSize
) -> tuple[tuple[SimulatedOfficer, ...], tuple[SimulatedCrew, ...]]:
    officers = tuple(_officer(seed, start, number) for number in range(2 * size.crews))
    crews = tuple(
        SimulatedCrew(
            code=f"CREW{number + 1:02d}",
            name=f"外访{number + 1}组",
            branch_code=officers[2 * number].branch_code,
            officers=(officers[2 * number].employee_no, officers[2 * number + 1].employee_no),
            depot=moved(_county(number).seat, 0.4, float(number)),
            shift=SHIFT,
        )
        for number in range(size.crews)
    )
    return officers, crews


def _county(crew: int) -> County:
    return COUNTIES[CREW_COUNTIES[crew % len(CREW_COUNTIES)]]


def _officer(seed: int, start: date, number: int) -> SimulatedOfficer:
    """Certificates last a year; some never took the care course, a few run out soon after the start."""
    employee = f"E{number + 1:04d}"
    held = [c for c in COURSES if c != "care" or uniform(seed, "officer", number, c) < 0.7]
    qualifications = []
    for course in held:
        soon = uniform(seed, "officer", number, course, "soon") < 0.03
        age = whole(340, 355, seed, number, course) if soon else whole(10, 250, seed, number, course)
        issued = start - timedelta(days=age)
        qualifications.append(Qualification(employee, course, issued, issued + timedelta(days=365)))
    county = CREW_COUNTIES[(number // 2) % len(CREW_COUNTIES)]
    name = person_name(seed, "officer", number)
    return SimulatedOfficer(employee, name, branch_code(county), tuple(qualifications))
