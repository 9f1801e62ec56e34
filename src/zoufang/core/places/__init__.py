"""Addresses as people write them, and where they lie: read, placed offline, never guessed."""

from zoufang.core.places.gazetteer import Gazetteer, GazetteerEntry, Level
from zoufang.core.places.parsing import ParsedAddress, parse_address
from zoufang.core.places.placing import Placed, is_rural, place, place_text, radius_of
from zoufang.core.places.text import CleanText, Foreign, clean

__all__ = [
    "CleanText",
    "Foreign",
    "Gazetteer",
    "GazetteerEntry",
    "Level",
    "ParsedAddress",
    "Placed",
    "clean",
    "is_rural",
    "parse_address",
    "place",
    "place_text",
    "radius_of",
]
