"""Money, dates, places and the words that all domains share. No rules live here."""

from zoufang.core.values.decisions import Decision, Finding, strictest
from zoufang.core.values.identity import SourceKey
from zoufang.core.values.languages import LANGUAGE_NAMES, Gender, Language, language_name
from zoufang.core.values.masking import mask_account, mask_address, mask_id, mask_name, mask_phone
from zoufang.core.values.message import Message, gettext_noop
from zoufang.core.values.money import Money, Unit, format_wan, format_yuan, parse_fen, round_fen, split_fen
from zoufang.core.values.offer import Offer, OfferKind, Rhythm
from zoufang.core.values.people import (
    AddressKind,
    Channel,
    GuaranteeKind,
    PartyKind,
    PartyRole,
    Purpose,
    SecurityKind,
    SourceCode,
)
from zoufang.core.values.periods import (
    BANK_ZONE,
    Period,
    TimeWindow,
    days_between,
    hhmm,
    local_minute,
    minutes,
)
from zoufang.core.values.places import Datum, Point, Precision, distance_m, to_gcj02, to_wgs84
from zoufang.core.values.shared import Instalment, Qualification, RiskLevel, UpliftEstimate
from zoufang.core.values.situation import Hardship, Willingness

__all__ = [
    "BANK_ZONE",
    "LANGUAGE_NAMES",
    "AddressKind",
    "Channel",
    "Datum",
    "Decision",
    "Finding",
    "Gender",
    "GuaranteeKind",
    "Hardship",
    "Instalment",
    "Language",
    "Message",
    "Money",
    "Offer",
    "OfferKind",
    "PartyKind",
    "PartyRole",
    "Period",
    "Point",
    "Precision",
    "Purpose",
    "Qualification",
    "Rhythm",
    "RiskLevel",
    "SecurityKind",
    "SourceCode",
    "SourceKey",
    "TimeWindow",
    "Unit",
    "UpliftEstimate",
    "Willingness",
    "days_between",
    "distance_m",
    "format_wan",
    "format_yuan",
    "gettext_noop",
    "hhmm",
    "language_name",
    "local_minute",
    "mask_account",
    "mask_address",
    "mask_id",
    "mask_name",
    "mask_phone",
    "minutes",
    "parse_fen",
    "round_fen",
    "split_fen",
    "strictest",
    "to_gcj02",
    "to_wgs84",
]
