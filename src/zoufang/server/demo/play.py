"""Four weeks of the loop, day by day, through the services that people use; then a day left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from zoufang.core.simulation import (
    BankSize,
    Contact,
    History,
    SimulatedAddress,
    SimulatedBank,
    SimulatedPayment,
    make_bank,
    payments_on,
)
from zoufang.core.values import BANK_ZONE
from zoufang.server.book.models import Party
from zoufang.server.book.services import age_book
from zoufang.server.book.vault import blind_index
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.daily.run import run_day
from zoufang.server.daily.study import open_cycle
from zoufang.server.demo.access import look_and_hold
from zoufang.server.demo.agencies import agency_day, found_agency, settle_agency
from zoufang.server.demo.calls import play_calls
from zoufang.server.demo.desk import office_day
from zoufang.server.demo.disposal import open_cases
from zoufang.server.demo.feed import SYSTEM, send_day, send_first_day
from zoufang.server.demo.found import Staff, attest, found_bank, registers
from zoufang.server.demo.needs import note_needs
from zoufang.server.demo.others import call_others, order_guarantors
from zoufang.server.demo.phones import phones_in_the_field
from zoufang.server.demo.places import take_gazetteer
from zoufang.server.demo.reviews import review_desk
from zoufang.server.demo.safety import enter_a_place
from zoufang.server.demo.schedules import send_schedules
from zoufang.server.demo.visits import OtherPeople, play_visits
from zoufang.server.studies.models import Study
from zoufang.server.visiting.plans import publish

Progress = Callable[[str, int, int], None]
VISITS_A_CREW_DAY = 12
WEEK = 7


@dataclass(slots=True)
class World:
    """The simulated bank, its staff in the database, and what has happened so far."""

    bank: SimulatedBank
    team: Staff
    iterations: int
    parties: dict[str, Party] = field(default_factory=dict)
    doors: dict[tuple[str, str], SimulatedAddress] = field(default_factory=dict)
    others: OtherPeople = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    payments: list[SimulatedPayment] = field(default_factory=list)
    latest: tuple[SimulatedPayment, ...] = ()

    @property
    def history(self) -> History:
        return History(tuple(self.contacts), tuple(self.payments))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BANK_ZONE)


def play(
    *, start: date, seed: int, size: BankSize, weeks: int, iterations: int, progress: Progress
) -> SimulatedBank:
    """Found the bank, play `weeks` weeks of it, evaluate, and open the day after with a published plan."""
    bank = make_bank(start, seed, size)
    days = weeks * WEEK
    progress("found", 0, days + 1)
    world = _first_morning(bank, iterations)
    _open_study(world, start, days)
    for number in range(days):
        day = start + timedelta(days=number)
        if number:
            _morning(world, day)
        _work(world, day)
        _evening(world, day)
        progress("play", number + 1, days + 1)
    _open_day(world, start + timedelta(days=days))
    progress("play", days + 1, days + 1)
    return bank


def _first_morning(bank: SimulatedBank, iterations: int) -> World:
    early = at(bank.start, 6)
    team = found_bank(bank, early)
    send_first_day(bank, team.planner, early)
    attest(bank, team, SYSTEM, early)
    registers(bank, team, early)
    note_needs(bank, team, early)
    take_gazetteer(bank, team, early)
    send_schedules(bank, team, SYSTEM, early)
    age_book(today=bank.start)
    enter_a_place(bank, team, bank.start, early)
    found_agency(bank, team, early)
    world = World(bank, team, iterations)
    world.parties = {party.source_key: party for party in Party.objects.select_related("branch")}
    for customer in bank.customers:
        for address in customer.addresses:
            world.doors[customer.party_id, address.kind] = address
    world.others = {blind_index(one.id_number, "id"): one for one in bank.others}
    return world


def _open_study(world: World, day: date, days: int) -> Study:
    workdays = sum((day + timedelta(days=i)).weekday() < 5 for i in range(days))
    return open_cycle(
        branch=world.team.city,
        day=day,
        capacity=len(world.bank.crews) * VISITS_A_CREW_DAY * workdays,
        seed=world.bank.seed,
        by=world.team.manager,
        at=at(day, 7),
        window_days=days,
    )


def _morning(world: World, day: date) -> None:
    """The bank's files of yesterday come in, then the day's run."""
    early = at(day, 6)
    send_day(world.bank, day, world.latest, world.payments, world.team.planner, early)
    run_day(branch=world.team.city, to=day, by=world.team.administrator, at=early)


def _work(world: World, day: date) -> None:
    if day.weekday() < 5:
        office_day(world.bank, world.team, day, at(day, 7))
        order_guarantors(world.team, day, at(day, 7, 15))
        draft = plan_day(
            branch=world.team.city,
            day=day,
            seed=world.bank.seed,
            by=world.team.planner,
            at=at(day, 7, 30),
            policy=planning_policy(world.iterations),
        )
        plan = publish(plan=draft, by=world.team.planner, at=at(day, 8))
        agency_day(world.bank, world.team, day, at(day, 10))
        world.contacts += play_visits(world.bank, plan, world.doors, world.others)
        call_others(world.bank, world.team, world.others, day)
    world.contacts += play_calls(world.bank, world.team, world.parties, day)


def _evening(world: World, day: date) -> None:
    world.latest = payments_on(world.bank, day, world.history)
    world.payments += world.latest


def _open_day(world: World, day: date) -> None:
    """The run evaluates what is over; draw the next cycle, and publish a plan that nobody has walked yet."""
    _morning(world, day)
    _open_study(world, day, 4 * WEEK)
    draft = plan_day(
        branch=world.team.city,
        day=day,
        seed=world.bank.seed,
        by=world.team.planner,
        at=at(day, 7, 30),
        policy=planning_policy(world.iterations),
    )
    publish(plan=draft, by=world.team.planner, at=at(day, 8))
    settle_agency(world.bank, world.team, day, at(day, 8, 30))
    review_desk(world.bank, world.team, day, at(day, 8, 30))
    phones_in_the_field(world.bank, at(day, 8, 40))
    open_cases(world.bank, world.team, day, at(day, 8, 50))
    look_and_hold(world.team, day, at(day, 9))
