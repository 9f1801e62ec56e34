"""Whatever is done to a chain, the proof finds it and says where; what it cannot find, an anchor does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zoufang.core.evidence import (
    Anchor,
    Break,
    ChainDay,
    ChainLine,
    Fault,
    line_hash,
    root_of,
    verify_chain,
)

MONDAY = date(2026, 5, 11)
Chain = list[tuple[ChainDay, list[ChainLine]]]
words = st.text(min_size=1, max_size=6)
said = st.dictionaries(words, st.one_of(words, st.integers(), st.booleans(), st.none()), max_size=2)
a_line = st.tuples(words, words, said, st.integers(0, 86_000))
a_day = st.lists(a_line, min_size=1, max_size=5)


def hashed(line: ChainLine) -> ChainLine:
    return replace(line, hash=line_hash(line))


def chain_of(days: list[list[tuple]], branch: str = "371426") -> Chain:
    """As the server writes it: the last day is still open."""
    built: Chain = []
    root = ""
    for n, contents in enumerate(days):
        on, head, lines = MONDAY + timedelta(days=n), root, []
        for number, (actor, subject, details, second) in enumerate(contents, 1):
            at = datetime(2026, 5, 10, tzinfo=UTC) + timedelta(days=n, seconds=second)
            lines.append(hashed(ChainLine(number, at, actor, "try", "visit", subject, details, head)))
            head = lines[-1].hash
        day = ChainDay(branch, on, root, len(lines), head)
        if n + 1 < len(days):
            day = replace(day, root=root_of(day))
        built.append((day, lines))
        root = day.root
    return built


@st.composite
def chains(draw, least_lines: int = 1) -> Chain:
    built = chain_of(draw(st.lists(a_day, min_size=1, max_size=4)))
    assume(sum(len(lines) for _day, lines in built) >= least_lines)
    return built


@st.composite
def places(draw, built: Chain, least: int = 1) -> tuple[int, int]:
    """A day that has at least so many lines, and one of its lines."""
    fitting = [n for n, (_day, lines) in enumerate(built) if len(lines) >= least]
    assume(fitting)
    n = draw(st.sampled_from(fitting))
    return n, draw(st.integers(0, len(built[n][1]) - 1))


def faults(built: Chain, *anchors: Anchor) -> list[Fault]:
    return list(verify_chain(built, anchors))


def at(built: Chain, n: int, line: int, kind: Break) -> Fault:
    return Fault(kind, built[n][0].branch, built[n][0].day, line)


def head_of(built: Chain) -> Anchor:
    day, _lines = built[-1]
    return Anchor(day.branch, day.day, day.lines, day.head, datetime(2026, 6, 1, tzinfo=UTC))


def rewritten(built: Chain, n: int, i: int) -> Chain:
    """Everything from this line on hashed anew, so that it hangs together: who owns the database can do it."""
    contents = [[(line.actor, line.subject_id, dict(line.details), 0) for line in lines] for _day, lines in built]
    contents[n][i] = ("forged", *contents[n][i][1:])
    forged = chain_of(contents)
    fresh, root = [], ""
    for m, (day, lines) in enumerate(built):
        if m < n:
            fresh.append((day, lines))
            root = day.root
            continue
        head, again = root, []
        for k, line in enumerate(lines):
            if (m, k) < (n, i):
                again.append(line)
            else:
                actor = forged[m][1][k].actor
                again.append(hashed(replace(line, actor=actor, previous_hash=head)))
            head = again[-1].hash
        new = ChainDay(day.branch, day.day, root, len(again), head)
        new = replace(new, root=root_of(new)) if day.root else new
        fresh.append((new, again))
        root = new.root
    return fresh


@given(chains())
def test_an_untouched_chain_is_whole_and_holds_its_anchor(built):
    assert faults(built, head_of(built)) == []


@given(
    st.data(),
    chains(),
    st.sampled_from(["actor", "action", "subject_kind", "subject_id", "at", "details", "previous_hash", "hash"]),
)
def test_a_changed_record_is_named_by_its_line(data, built, field):
    n, i = data.draw(places(built))
    line = built[n][1][i]
    other = {"at": line.at + timedelta(seconds=1), "details": {**line.details, "seven letters": 1}}
    built[n][1][i] = replace(line, **{field: other[field] if field in other else getattr(line, field) + "x"})
    assert at(built, n, i + 1, Break.CHANGED) in faults(built)


@given(st.data(), chains())
def test_a_changed_record_that_was_hashed_anew_is_found_at_the_next_line_or_at_the_end(data, built):
    n, i = data.draw(places(built))
    built[n][1][i] = hashed(replace(built[n][1][i], actor=built[n][1][i].actor + "x"))
    last = i + 1 == len(built[n][1])
    expected = (i + 1, Break.END_MISSING) if last else (i + 2, Break.NOT_IN_ORDER)
    assert faults(built) == [at(built, n, *expected)]


@given(st.data(), chains())
def test_a_missing_record_is_named(data, built):
    n, i = data.draw(places(built))
    last = i + 1 == len(built[n][1])
    del built[n][1][i]
    assert at(built, n, i + 1, Break.END_MISSING if last else Break.MISSING) in faults(built)


@given(st.data(), chains(2))
def test_two_records_in_each_others_place_are_both_named(data, built):
    n, i = data.draw(places(built, least=2))
    lines = built[n][1]
    j = data.draw(st.integers(0, len(lines) - 1).filter(lambda j: j != i))
    lines[i], lines[j] = replace(lines[j], number=i + 1), replace(lines[i], number=j + 1)
    told = faults(built)
    assert {at(built, n, i + 1, Break.CHANGED), at(built, n, j + 1, Break.CHANGED)} <= set(told)


@given(st.data(), chains())
def test_an_inserted_record_is_found_where_it_stands_or_right_after(data, built):
    """Hashed well, its number taken from those after it, which move on by one."""
    n, i = data.draw(places(built))
    lines = built[n][1]
    forged = hashed(replace(lines[i], actor="forged", previous_hash=lines[i].previous_hash))
    lines[i:] = [forged, *(replace(line, number=line.number + 1) for line in lines[i:])]
    assert at(built, n, i + 2, Break.CHANGED) in faults(built)
    assert at(built, n, i + 2, Break.NOT_IN_ORDER) in faults(built)


@given(st.data(), chains())
def test_a_record_appended_behind_the_days_head_is_found_at_the_end(data, built):
    n, _i = data.draw(places(built))
    day, lines = built[n]
    lines.append(hashed(replace(lines[-1], number=len(lines) + 1, previous_hash=lines[-1].hash)))
    assert faults(built) == [at(built, n, day.lines, Break.END_MISSING)]


@given(st.data(), chains())
def test_a_tail_that_was_cut_off_is_named_by_the_line_that_was_the_last(data, built):
    n, i = data.draw(places(built))
    del built[n][1][i:]
    assert at(built, n, built[n][0].lines, Break.END_MISSING) in faults(built)


@given(st.data(), chains())
def test_a_tail_cut_off_together_with_the_open_days_head_is_found_by_the_anchor_only(data, built):
    anchor = head_of(built)
    day, lines = built[-1]
    i = data.draw(st.integers(0, len(lines) - 1))
    del lines[i:]
    built[-1] = (replace(day, lines=i, head=lines[-1].hash if lines else ""), lines)
    assert faults(built) == []
    assert faults(built, anchor) == [Fault(Break.ANCHOR, anchor.branch, anchor.day, anchor.line)]


@given(st.data(), chains())
def test_a_closed_day_cut_short_together_with_its_head_shows_in_its_root(data, built):
    assume(len(built) > 1)
    n = data.draw(st.integers(0, len(built) - 2))
    day, lines = built[n]
    cut = lines[:-1]
    built[n] = (replace(day, lines=len(cut), head=cut[-1].hash if cut else ""), cut)
    assert at(built, n, 0, Break.ROOT) in faults(built)


@given(st.data(), chains())
def test_a_day_taken_away_is_found_at_the_next_one_or_by_the_anchor(data, built):
    anchor = head_of(built)
    n = data.draw(st.integers(0, len(built) - 1))
    last = n + 1 == len(built)
    following = built[-1 if last else n + 1][0]
    del built[n]
    expected = Fault(Break.ANCHOR, anchor.branch, anchor.day, anchor.line)
    if not last:
        expected = Fault(Break.DAY_BEFORE, following.branch, following.day)
    assert expected in faults(built, anchor)


@given(st.data(), chains())
def test_days_in_another_order_are_found_at_the_first_that_is_out_of_place(data, built):
    assume(len(built) > 1)
    n = data.draw(st.integers(0, len(built) - 2))
    built[n], built[n + 1] = built[n + 1], built[n]
    assert at(built, n, 0, Break.DAY_BEFORE) in faults(built)


@given(st.data(), chains())
def test_a_chain_written_anew_in_whole_from_a_line_on_is_found_by_the_anchor_only(data, built):
    anchor = head_of(built)
    n, i = data.draw(places(built))
    forged = rewritten(built, n, i)
    assert faults(forged) == []
    assert faults(forged, anchor) == [Fault(Break.ANCHOR, anchor.branch, anchor.day, anchor.line)]


@given(chains(), chains())
def test_a_broken_chain_says_nothing_against_another_branchs(one, other):
    other = [(replace(day, branch="371402"), lines) for day, lines in other]
    other = [(replace(day, root="", previous_root=""), lines) for day, lines in other[:1]]
    del one[0][1][0]
    assert {fault.branch for fault in faults([*one, *other])} == {"371426"}


@pytest.mark.parametrize("kind", list(Break))
def test_every_fault_has_words_that_say_where(kind):
    text = str(Fault(kind, "371426", MONDAY, 4).message)
    assert text.startswith("371426 2026-05-11")
