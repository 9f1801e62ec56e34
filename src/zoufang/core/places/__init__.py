"""Addresses as people write them, and where they lie: read, placed offline, never guessed."""

from zoufang.core.places.check_ins import APART_M, MOST_ACCURACY_M, Fix, ProposedPoint, propose_point
from zoufang.core.places.daylight import daylight
from zoufang.core.places.gazetteer import Gazetteer, GazetteerEntry, Level
from zoufang.core.places.lunar import LunarDay, LunarTable, LunarYear
from zoufang.core.places.parsing import ParsedAddress, parse_address
from zoufang.core.places.placing import Placed, is_rural, place, place_text, radius_of
from zoufang.core.places.text import CleanText, Foreign, clean, names_a_door

__all__ = [
    "APART_M",
    "MOST_ACCURACY_M",
    "CleanText",
    "Fix",
    "Foreign",
    "Gazetteer",
    "GazetteerEntry",
    "Level",
    "LunarDay",
    "LunarTable",
    "LunarYear",
    "ParsedAddress",
    "Placed",
    "ProposedPoint",
    "clean",
    "daylight",
    "is_rural",
    "names_a_door",
    "parse_address",
    "place",
    "place_text",
    "propose_point",
    "radius_of",
]
