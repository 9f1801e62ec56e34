"""What an evaluation says in words."""

from __future__ import annotations

from zoufang.core.evaluation.effects import Interval, Verdict
from zoufang.core.values import Message, format_yuan, gettext_noop

SIMULATED = Message(
    gettext_noop("These data are simulated: they show how the method works, not what visits recover.")
)
NOBODY_VISITED = Message(
    gettext_noop("Nobody was visited on either side: this is a check of the draw (A/A), not of visits.")
)
NO_PROBABILITIES = Message(
    gettext_noop("No probabilities of the draw are logged; everyone is taken to have had the same chance.")
)
UNEVEN_DRAW = Message(
    gettext_noop(
        "The number held out does not fit the logged probabilities. Someone may have dropped out after the draw; "
        "find out before trusting the effect."
    )
)
FEW_LARGE_PAYMENTS = Message(
    gettext_noop("With the largest payments capped the answer differs: a few large payments carry the result.")
)
COST_UNKNOWN = Message(
    gettext_noop("Cost per recovered yuan: unknown, because the cost of some visits was not recorded.")
)
COST_CANNOT_TELL = Message(gettext_noop("Cost per recovered yuan: cannot tell, because the effect may be zero."))
COST_NOTHING_RECOVERED = Message(
    gettext_noop("The cost bought no extra recovery: those assigned to visits paid less.")
)
ANSWERS = {
    Verdict.RECOVERS_MORE: gettext_noop(
        "Customers assigned to a visit paid %(low)s to %(high)s yuan more each than the held-out "
        "(%(percent)s interval)."
    ),
    Verdict.RECOVERS_LESS: gettext_noop(
        "Customers assigned to a visit paid %(low)s to %(high)s yuan less each than the held-out "
        "(%(percent)s interval)."
    ),
    Verdict.CANNOT_TELL: gettext_noop(
        "The data cannot tell whether visits recover more: the effect per customer lies between %(low)s and "
        "%(high)s yuan (%(percent)s interval). %(detectable)s yuan or more would probably have shown."
    ),
    Verdict.TOO_SMALL: gettext_noop(
        "The study is too small to answer: it could only have found an effect of %(detectable)s yuan or more per "
        "customer. Hold out more customers or run it longer."
    ),
}
ASSUMPTIONS = (
    Message(gettext_noop("Chance alone decided who was held out, before planning and selection.")),
    Message(gettext_noop("One household's visit does not change what other households pay.")),
    Message(
        gettext_noop("Money is counted in the same fixed window on both sides; payments may be pulled forward.")
    ),
    Message(
        gettext_noop("For the effect on the visited: assignment changes payments only through the visit itself.")
    ),
)

METHOD_PARTS = {
    "intention to treat": gettext_noop("intention to treat"),
    "difference in means (Hajek weights)": gettext_noop("difference in means (Hajek weights)"),
    "studentised randomisation interval": gettext_noop("studentised randomisation interval"),
    "household-robust": gettext_noop("household-robust"),
}
STRATIFIED = gettext_noop("post-stratified over %(n)s strata")


def method(*, strata: int, households: bool) -> str:
    """The method's standard name, with what was adjusted for."""
    name = "intention to treat, difference in means (Hajek weights), studentised randomisation interval"
    if strata > 1:
        name += f", post-stratified over {strata} strata"
    return name + ", household-robust" if households else name


def method_said(name: str) -> tuple[Message, ...]:
    """A stored method name, part by part, for a reader in any language; an unknown part stands as it is."""
    return tuple(_part_said(part) for part in name.split(", "))


def _part_said(part: str) -> Message:
    prefix, suffix = "post-stratified over ", " strata"
    if part.startswith(prefix) and part.endswith(suffix):
        return Message(STRATIFIED, {"n": int(part.removeprefix(prefix).removesuffix(suffix))})
    return Message(METHOD_PARTS.get(part, part))


def answer(verdict: Verdict, itt: Interval, detectable_fen: int, confidence: float) -> Message:
    """The one sentence for the manager."""
    ends = sorted((abs(itt.low_fen), abs(itt.high_fen))) if itt.sign else [itt.low_fen, itt.high_fen]
    low, high = map(format_yuan, ends)
    shown = {"low": low, "high": high, "detectable": format_yuan(detectable_fen), "percent": f"{confidence:.0%}"}
    return Message(ANSWERS[verdict], shown)


def cost_per_yuan(low: float, middle: float, high: float) -> Message:
    return Message(
        gettext_noop("Each extra yuan recovered cost %(middle)s yuan (between %(low)s and %(high)s)."),
        {"low": f"{low:.2f}", "middle": f"{middle:.2f}", "high": f"{high:.2f}"},
    )


def leaked(count: int, held_out: int) -> Message:
    return Message(
        gettext_noop(
            "Contamination: %(count)d of %(held_out)d held-out customers were visited. They stay in the hold-out, "
            "so the effect is understated."
        ),
        {"count": count, "held_out": held_out},
    )


def still_open(count: int) -> Message:
    return Message(
        gettext_noop("%(count)d customers are left out because their window had not closed."), {"count": count}
    )


def set_aside(count: int) -> Message:
    return Message(
        gettext_noop(
            "%(count)d customers were never drawn (rights ending soon, or reserved); no claim is made on them."
        ),
        {"count": count},
    )
