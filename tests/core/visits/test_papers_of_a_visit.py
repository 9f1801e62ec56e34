"""A paper's course from the seal to the proof, its grade, and whether limitation starts anew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.visits import (
    Paper,
    PaperEvent,
    PaperGrade,
    PaperKind,
    PaperStep,
    Signer,
    grade_of,
    limitation_restarts_on,
    may_come,
    missing_contents,
    served,
    with_step,
)
from zoufang.core.visits.papers import CONTENTS

DAY = date(2026, 11, 2)
S = PaperStep


def event(step: PaperStep, day: int = 0, signer: Signer | None = None, identified: bool = False) -> PaperEvent:
    proof = "sm3:ab12" if step in (S.SCANNED, S.ARRIVED, S.POSTED) else ""
    return PaperEvent(step, DAY + timedelta(days=day), signer, identified, proof)


def paper(*events: PaperEvent, kind: PaperKind = PaperKind.DEMAND) -> Paper:
    made = Paper("DZ-2026-000001", kind)
    for one in events:
        made = with_step(made, one)
    return made


SEALED = (event(S.MADE), event(S.SEAL_ASKED), event(S.SEALED), event(S.PRINTED))


def signed_by(signer: Signer, *, identified: bool = False, scanned: bool = True) -> Paper:
    return paper(*SEALED, event(S.SIGNED, 1, signer, identified), *([event(S.SCANNED, 3)] if scanned else []))


@pytest.mark.parametrize(
    ("made", "grade"),
    [
        (signed_by(Signer.DEBTOR), PaperGrade.A),
        (signed_by(Signer.CO_RESIDENT_ADULT, identified=True), PaperGrade.A),
        (signed_by(Signer.CO_RESIDENT_ADULT), PaperGrade.C),
        (signed_by(Signer.OTHER, identified=True), PaperGrade.C),
        (signed_by(Signer.DEBTOR, scanned=False), PaperGrade.C),
        (paper(*SEALED, event(S.POSTED, 1), event(S.ARRIVED, 4)), PaperGrade.B),
        (paper(*SEALED, event(S.POSTED, 1)), PaperGrade.C),
        (paper(*SEALED, event(S.POSTED, 1), event(S.CAME_BACK, 9)), PaperGrade.C),
        (paper(*SEALED, event(S.REFUSED, 1), event(S.POSTED, 2), event(S.ARRIVED, 5)), PaperGrade.B),
        (paper(*SEALED, event(S.REFUSED, 1), event(S.LEFT_SEALED, 1)), PaperGrade.C),
        (paper(*SEALED), PaperGrade.D),
        (paper(*SEALED, event(S.VOIDED)), PaperGrade.D),
    ],
)
def test_what_a_paper_proves_depends_on_who_signed_and_on_the_proof(made, grade):
    assert grade_of(made) is grade


def test_limitation_runs_anew_from_the_signature_not_from_the_scan():
    assert limitation_restarts_on([signed_by(Signer.DEBTOR)]) == DAY + timedelta(days=1)


def test_of_several_papers_the_latest_that_counts_decides():
    posted = paper(*SEALED, event(S.POSTED, 5), event(S.ARRIVED, 8))
    refused = paper(*SEALED, event(S.REFUSED, 30))
    assert limitation_restarts_on([signed_by(Signer.DEBTOR), posted, refused]) == DAY + timedelta(days=8)
    assert limitation_restarts_on([refused]) is None


def test_a_signed_promise_is_an_agreement_and_a_signed_visit_record_is_not():
    done = (event(S.MADE), event(S.PRINTED), event(S.SIGNED, 1, Signer.DEBTOR), event(S.SCANNED, 1))
    assert limitation_restarts_on([paper(*done, kind=PaperKind.PROMISE)]) == DAY + timedelta(days=1)
    assert limitation_restarts_on([paper(*done, kind=PaperKind.VISIT_RECORD)]) is None


def test_the_credit_notice_is_served_by_a_receipt_and_starts_no_limitation():
    posted = (*SEALED, event(S.POSTED, 1))
    told = paper(*posted, event(S.ARRIVED, 4), kind=PaperKind.CREDIT_NOTICE)
    assert served(told)
    assert not served(paper(*posted, kind=PaperKind.CREDIT_NOTICE))
    assert limitation_restarts_on([told]) is None


def test_a_demand_is_not_printed_before_it_bears_the_seal():
    with pytest.raises(Conflict, match="seal"):
        with_step(paper(event(S.MADE)), event(S.PRINTED))
    assert S.PRINTED not in may_come(paper(event(S.MADE)))
    assert may_come(paper(event(S.MADE), kind=PaperKind.PROMISE)) == (S.PRINTED, S.VOIDED)


def test_a_step_before_the_last_one_is_refused():
    with pytest.raises(BadInput, match="lies before"):
        with_step(paper(*SEALED), event(S.REFUSED, -1))


@pytest.mark.parametrize("step", [S.SCANNED, S.ARRIVED, S.POSTED])
def test_what_is_a_proof_says_which(step):
    with pytest.raises(BadInput, match="needs a proof"):
        PaperEvent(step, DAY)


@given(st.lists(st.sampled_from(PaperStep), max_size=12), st.sampled_from(PaperKind))
def test_only_what_may_come_comes_and_a_closed_paper_stays_as_it_is(steps, kind):
    made = Paper("DZ-2026-000001", kind)
    for step in steps:
        one = event(step, 0, Signer.DEBTOR if step is S.SIGNED else None)
        if step in may_come(made):
            made = with_step(made, one)
        elif step is not S.SEAL_ASKED:
            with pytest.raises(Conflict):
                with_step(made, one)
    if made.now in (S.VOIDED, S.SCANNED):
        assert may_come(made) == ()


@pytest.mark.parametrize("kind", PaperKind)
def test_what_a_paper_does_not_say_is_named(kind):
    needed = CONTENTS[kind]
    assert missing_contents(kind, needed) == ()
    assert missing_contents(kind, needed[1:]) == needed[:1]
