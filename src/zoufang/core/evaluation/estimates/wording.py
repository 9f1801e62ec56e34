"""Methods, assumptions and warnings of estimates in words."""

from __future__ import annotations

from zoufang.core.values import Message, gettext_noop

# Methods
LIN = Message(gettext_noop("difference as drawn, adjusted for what was known before (Lin; CR2, Bell-McCaffrey)"))
WALD = Message(gettext_noop("instrumental variable, the draw as instrument (Anderson-Rubin limits)"))
MEAN = Message(gettext_noop("difference in means as drawn, clusters kept together"))
BOOTSTRAP = Message(gettext_noop("difference of quantiles, clusters resampled"))
PAIRS = Message(gettext_noop("pairs of weeks on and off, averaged by branch"))
FACTORIAL = Message(gettext_noop("factorial regression, each factor averaged over the other (CR2)"))
GROUP_TIME = Message(gettext_noop("group-time effects (Callaway-Sant'Anna)"))
AALEN_JOHANSEN = Message(gettext_noop("cumulative incidence with competing events (Aalen-Johansen)"))
AIPW = Message(gettext_noop("doubly robust with cross-fitting (AIPW), linear and logistic with squares"))

# Assumptions
BY_CHANCE = Message(gettext_noop("Chance alone decided, and the draw was kept."))
NO_SPILL_OVER = Message(gettext_noop("What is done to one cluster does not change what others pay."))
ONLY_THROUGH_VISITS = Message(gettext_noop("The draw changes payments only through the visit itself."))
NO_DEFIERS = Message(gettext_noop("Nobody is visited because the draw said not to."))
NO_CARRY_OVER = Message(gettext_noop("A week's visits do not act on the week after."))
PARALLEL = Message(gettext_noop("Without visits, early and late starters would have moved alike."))
NO_ANTICIPATION = Message(gettext_noop("Nobody changes before the start because of it."))
INDEPENDENT_CENSORING = Message(
    gettext_noop("Whoever left observation was no likelier to pay or not than others.")
)
ALL_SEEN = Message(gettext_noop("Everything that moved both the choice to visit and the payment was recorded."))
OVERLAP = Message(gettext_noop("For every visited customer there were like ones who were not visited."))

# Warnings
FEW_CLUSTERS = Message(
    gettext_noop("So few clusters carry the comparison that the interval is rough. Draw more, smaller ones.")
)
WEAK = Message(
    gettext_noop(
        "The draw hardly changed who was visited: the effect on the visited is weakly known. Read the limits, "
        "not the middle."
    )
)
UNBOUNDED = Message(gettext_noop("The data set no limit to the effect on the visited."))
CENSORED = Message(gettext_noop("Nobody was watched as long as this horizon on one side; read a shorter one."))
PULLED_FORWARD = Message(
    gettext_noop(
        "Part of the early effect was payments pulled forward: the gain at %(late)d days is smaller than at "
        "%(early)d days."
    )
)
GAIN_GROWS = Message(gettext_noop("The gain still grows between %(early)d and %(late)d days."))
GAIN_STANDS = Message(
    gettext_noop("Between %(early)d and %(late)d days the gain neither clearly grew nor shrank.")
)
PLACEBO_FAILED = Message(
    gettext_noop(
        "The placebo fails: the method finds an effect on an outcome from before, which no visit can have "
        "changed. The number is not an effect."
    )
)
NO_PLACEBO = Message(gettext_noop("No outcome from before was given, so nothing could refute this number."))
FEW_ALIKE = Message(
    gettext_noop(
        "Refused: the visited are like only %(alike)d of the others (effective number; %(needed)d are needed). "
        "No method can compare them."
    )
)
TRIMMED = Message(
    gettext_noop("%(count)d customers without a counterpart were left out; the number speaks of the others only.")
)
PRE_TREND = Message(
    gettext_noop("Early and late starters already moved apart before the start: the effects are not to be read.")
)


def told(message: Message, **values: object) -> Message:
    return Message(message.template, dict(values))
