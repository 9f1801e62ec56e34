"""An offer as it is told to the customer: what is paid when, what it costs, what happens if it breaks."""

from __future__ import annotations

from itertools import groupby

from zoufang.core.values import Message, Offer, Rhythm, format_yuan, gettext_noop


def in_plain_words(offer: Offer) -> tuple[Message, ...]:
    return (*_payments(offer), _cost(offer), *_waiver(offer), offer.if_broken)


def _payments(offer: Offer) -> list[Message]:
    """One line for each run of equal amounts."""
    lines = []
    for amount, run in groupby(offer.schedule, key=lambda part: part.amount_fen):
        parts = list(run)
        about = {"count": len(parts), "amount": format_yuan(amount), "first": parts[0].due, "last": parts[-1].due}
        text = gettext_noop("On %(first)s: %(amount)s yuan.") if len(parts) == 1 else EVERY[offer.rhythm]
        lines.append(Message(text, about))
    return lines if len(lines) <= MOST_LINES else [_rising_or_falling(offer)]


def _rising_or_falling(offer: Offer) -> Message:
    amounts = [part.amount_fen for part in offer.schedule]
    text = gettext_noop(
        "%(count)s payments between %(least)s and %(most)s yuan, the first on %(first)s, the last on %(last)s; "
        "each one stands in the table."
    )
    about = {"count": len(amounts), "least": format_yuan(min(amounts)), "most": format_yuan(max(amounts))}
    return Message(text, about | {"first": offer.schedule[0].due, "last": offer.schedule[-1].due})


def _cost(offer: Offer) -> Message:
    text = (
        gettext_noop(
            "In all %(total)s yuan. Staying as is would come to %(stay)s by then: %(difference)s less to pay."
        )
        if offer.saves_fen >= 0
        else gettext_noop(
            "In all %(total)s yuan. Staying as is would come to %(stay)s by then: %(difference)s more in all."
        )
    )
    about = {"total": offer.total_fen, "stay": offer.stay_fen, "difference": abs(offer.saves_fen)}
    return Message(text, {name: format_yuan(fen) for name, fen in about.items()})


def _waiver(offer: Offer) -> tuple[Message, ...]:
    if not offer.waived_fen:
        return ()
    text = gettext_noop("The bank gives up %(waived)s yuan once the last payment has come.")
    return (Message(text, {"waived": format_yuan(offer.waived_fen)}),)


MOST_LINES = 6
EVERY: dict[Rhythm, str] = {
    Rhythm.MONTHLY: gettext_noop("Every month from %(first)s to %(last)s, %(count)s times: %(amount)s yuan."),
    Rhythm.BIWEEKLY: gettext_noop("Every two weeks from %(first)s to %(last)s, %(count)s times: %(amount)s yuan."),
    Rhythm.WEEKLY: gettext_noop("Every week from %(first)s to %(last)s, %(count)s times: %(amount)s yuan."),
}
