"""How long a case may stay with an agency (委案, 留案), and when its data must be gone."""

from __future__ import annotations

from datetime import date, timedelta

from zoufang.core.agencies.policy import AgencyPolicy
from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop


def check_term(placed_on: date, due_back: date, policy: AgencyPolicy | None = None) -> None:
    """BadInput: back before it went, or longer than a placement may last."""
    policy = policy or AgencyPolicy()
    if due_back <= placed_on:
        raise BadInput(Message(gettext_noop("The day due back must lie after the day of placing.")))
    if due_back > placed_on + timedelta(days=policy.longest_days):
        template = gettext_noop("A case stays with an agency for at most %(days)s days, extensions included.")
        raise BadInput(Message(template, {"days": policy.longest_days}))


def check_extension(
    placed_on: date, due_back: date, new_due: date, times: int, policy: AgencyPolicy | None = None
) -> None:
    """留案: a later day within the longest term, and not more often than the bank allows."""
    policy = policy or AgencyPolicy()
    if times >= policy.extensions:
        template = gettext_noop("The case was kept %(n)s times already; more is not allowed. Take it back.")
        raise BadInput(Message(template, {"n": times}))
    if new_due <= due_back:
        template = gettext_noop("The case is due back on %(due)s. Keeping it needs a later day.")
        raise BadInput(Message(template, {"due": due_back}))
    check_term(placed_on, new_due, policy)


def deletion_due(ended_on: date, policy: AgencyPolicy | None = None) -> date:
    """Until when the agency certifies that the data of a case that went back are deleted."""
    return ended_on + timedelta(days=(policy or AgencyPolicy()).certificate_days)
