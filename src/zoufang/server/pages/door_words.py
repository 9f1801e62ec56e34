"""The words of the door: how somebody was identified, why there is no recording, how money will come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zoufang.core.values import gettext_noop
from zoufang.core.visits import EVENT_NAMES

# A source of income is kept by its name, which messages about it translate.
INCOMES = {
    "wages": gettext_noop("Wages"),
    "business": gettext_noop("Shop or business"),
    "farm": gettext_noop("Farming"),
    "rent": gettext_noop("Rent"),
    "pension": gettext_noop("Pension"),
    "family": gettext_noop("Support from the family"),
    "other": gettext_noop("Other"),
}
AT_THE_DOOR = {
    "event": {kind: _(name) for kind, name in EVENT_NAMES.items()},
    "identity": {
        "name_and_id_tail": _("Full name and last four digits of the ID"),
        "name_and_phone": _("Full name and registered phone"),
        "id_shown": _("ID card shown"),
    },
    "no_recording": {
        "customer_refused": _("The customer refused"),
        "device_failed": _("The device failed"),
        "place_forbids": _("The place forbids it"),
    },
    "evidence": {
        "audio": _("Sound recording"),
        "video": _("Film"),
        "door_photo": _("Photo of the door"),
        "signature": _("Signature"),
        "paper": _("Photo of a paper"),
    },
    "vulnerability": {
        "illness": _("Grave illness"),
        "mental_impairment": _("Mental impairment"),
        "bereavement": _("Bereavement"),
        "late_pregnancy": _("Late pregnancy or newborn"),
        "self_harm_risk": _("Threat or sign of self-harm"),
        "other": _("Another sign of weakness"),
    },
    "pay_channel": {
        "auto_debit": _("Direct debit"),
        "bank_app": _("The bank's app"),
        "counter": _("At the counter"),
        "transfer_to_bank": _("Transfer to the bank's account"),
    },
    "delivery": {
        "signed": _("Received and signed for"),
        "signature_refused": _("Signature refused"),
        "left_sealed": _("Left in a sealed envelope"),
        "to_be_sent": _("To be sent by EMS"),
    },
    "signer": {
        "self": _("The addressee"),
        "co_resident_adult_relative": _("Adult relative of the same household"),
        "authorised": _("An authorised person"),
        "nobody": _("Nobody"),
    },
    "called_off": {
        "safety": _("It is not safe"),
        "weather": _("Weather or road"),
        "time": _("No time left"),
        "customer_asked": _("The customer asked for another day"),
        "stop_in_force": _("A stop is in force"),
    },
    "risk_level": {"low": _("Low risk"), "raised": _("Raised risk"), "high": _("High risk")},
    "income": {code: _(name) for code, name in INCOMES.items()},
    "income_rhythm": {
        "monthly": _("Every month"),
        "biweekly": _("Every two weeks"),
        "weekly": _("Every week"),
        "seasonal": _("Once a season"),
        "irregular": _("Now and then"),
    },
    "certainty": {
        "documented": _("Shown on paper"),
        "stated": _("Told"),
        "uncertain": _("Uncertain"),
    },
}
