"""Tags of every page: amounts in the reader's unit, messages, masked data, verdicts, icons, fields, charts."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from zoufang.core.errors import BadField, ZoufangError
from zoufang.core.values import (
    Decision,
    Message,
    format_yuan,
    mask_account,
    mask_address,
    mask_id,
    mask_name,
    mask_phone,
)
from zoufang.server.pages import units
from zoufang.server.pages.charts import Chart
from zoufang.server.pages.maps import Map

register = template.Library()
MASKS = {"name": mask_name, "id": mask_id, "phone": mask_phone, "address": mask_address, "account": mask_account}
VERDICTS = {
    Decision.ALLOW: ("green", "circle-check", _("Allowed")),
    Decision.WARN: ("yellow", "alert-triangle", _("Needs an override")),
    Decision.BLOCK: ("red", "ban", _("Blocked")),
}


@register.simple_tag(takes_context=True)
def money(context: Context, fen: int | str | None, with_unit: bool = False) -> str:
    """`{% money loan.principal_fen %}`: in the reader's unit; the exact yuan stand in the tooltip."""
    if fen is None or fen == "":
        return SafeString("<span class='text-secondary'>–</span>")
    unit = units.unit_of(context.get("request"))
    shown = units.amount_in(unit, int(fen))
    after = format_html("&nbsp;{}", units.label_of(unit)) if with_unit else ""
    return format_html('<span class="money" title="¥{}">{}</span>{}', format_yuan(int(fen)), shown, after)


@register.filter
def yuan(fen: int | str | None) -> str:
    """Always in yuan, exact: for agreements, schedules and whatever is signed."""
    return "–" if fen is None or fen == "" else format_yuan(int(fen))


@register.filter
def percent(share: float | str | None, digits: int = 1) -> str:
    """0.1234 → 12.3%."""
    return "–" if share is None or share == "" else f"{float(share):.{digits}%}"


@register.filter
def said(message: Any) -> str:
    """A core Message, its stored JSON, or an error, in the reader's language."""
    if isinstance(message, dict):
        message = Message.from_json(message)
    if isinstance(message, ZoufangError):
        message = message.args[0] if message.args else ""
    return message.text(gettext) if isinstance(message, Message) else str(message or "")


@register.simple_tag
def in_language(zh: str, en: str) -> str:
    """For data that carries both languages itself: `{% in_language rule.zh rule.en %}`."""
    return en if get_language() == "en" else zh


@register.filter
def is_message(error: Any) -> bool:
    """Whether an error's text can be translated."""
    if isinstance(error, BadField):
        texts: tuple[Any, ...] = (error.what, error.remedy)
    else:
        texts = error.args[:1] if isinstance(error, ZoufangError) else ()
    return bool(texts) and all(isinstance(text, Message) for text in texts)


@register.filter
def masked(value: Any, kind: str) -> str:
    """`{{ phone|masked:"phone" }}`; kinds: name, id, phone, address, account."""
    return MASKS[kind](str(value or ""))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A picture beside words; never the only bearer of a meaning."""
    address = f"{static('vendor/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, address
    )


@register.inclusion_tag("partials/verdict.html")
def verdict(decision: str) -> dict[str, Any]:
    tone, picture, text = VERDICTS[Decision(decision)]
    return {"tone": tone, "icon": picture, "text": text}


@register.inclusion_tag("partials/badge.html")
def badge(text: str, tone: str = "secondary", icon: str = "") -> dict[str, Any]:
    """A state in words; the tone repeats what the words say. Tones: green, yellow, red, blue, secondary."""
    return {"text": text, "tone": tone, "icon": icon}


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One form field with label, help and errors, wired for screen readers."""
    widget = bound.field.widget
    kind = "check" if isinstance(widget, CheckboxInput) else "radio" if isinstance(widget, RadioSelect) else "text"
    css = "form-select" if type(widget) is Select else "form-control" if kind == "text" else "form-check-input"
    wrong = "is-invalid" if bound.errors else ""
    widget.attrs["class"] = " ".join(filter(None, (css, wrong, widget.attrs.get("class", ""))))
    return {"field": bound, "kind": kind}


@register.inclusion_tag("partials/chart.html", takes_context=True)
def chart(context: Context, drawn: Chart) -> dict[str, Any]:
    return {"chart": drawn, "request": context.get("request"), "unit_label": context.get("unit_label")}


@register.inclusion_tag("partials/map.html")
def map(drawn: Map) -> dict[str, Any]:  # noqa: A001
    return {"map": drawn}


@register.simple_tag(takes_context=True)
def amount(context: Context, value: Any, unit: str) -> str:
    """A chart's number in a table cell."""
    if unit == "money":
        return money(context, value)
    if unit == "percent":
        return percent(value)
    return "–" if value is None else f"{value:,}"
