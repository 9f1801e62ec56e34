"""Two phones that tell two stories: facts of which a visit has one."""

from __future__ import annotations

from zoufang.core.visits import AnyVisitEvent, VisitRecord

# What each says that cannot both be so. Signs of danger are never held back: the more careful word always counts.
ONE_OF_A_VISIT: dict[str, tuple[str, ...]] = {
    "person_met": ("who",),
    "person_identified": ("who", "passed"),
    "outcome_recorded": ("outcome", "ability", "willingness", "reason"),
    "called_off": ("reason",),
    "demand_delivered": ("paper_no", "delivery", "signer"),
}


def clashes(record: VisitRecord, event: AnyVisitEvent) -> bool:
    """Whether somebody else's entry of this kind says otherwise; a correction names its original and is none."""
    said = ONE_OF_A_VISIT.get(event.kind)
    if said is None or event.corrects:
        return False
    others = (one for one in record.events if one.kind == event.kind and one.by != event.by)
    return any(any(getattr(one, name) != getattr(event, name) for name in said) for one in others)
