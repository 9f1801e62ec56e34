"""Words of the arrears analysis: where loans went, and whose figures are used."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zoufang.core.portfolio import Movement, Origin, RollTo

MOVEMENTS: dict[str, Any] = {
    Movement.CURE: _("Cured (to M0)"),
    Movement.FLOW_BACK: _("Flowed back"),
    Movement.STAY: _("Stayed"),
    Movement.FORWARD: _("Rolled forward"),
    Movement.JUMP: _("Jumped"),
    Movement.WRITTEN_OFF: _("Written off"),
    Movement.GONE: _("Left the book"),
}
FIGURES: dict[str, Any] = {
    Origin.GIVEN: _("the bank's own figures"),
    Origin.COMPUTED: _("computed by Zoufang from the entries"),
}


def landing(to: RollTo) -> str:
    """M0 to M7+ as they are, else in words."""
    return str(MOVEMENTS[to.value]) if to in (RollTo.WRITTEN_OFF, RollTo.GONE) else to.value
