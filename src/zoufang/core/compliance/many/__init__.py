"""A whole book at the gate: the same rules, numbers and words as `review`, asked once for cases that agree."""

from zoufang.core.compliance.many.cases import PLAIN, Contacts, ManyCases, Numbers, Promises
from zoufang.core.compliance.many.coded import Coded, encoded
from zoufang.core.compliance.many.gathering import gathered
from zoufang.core.compliance.many.reviewed import SILENT, Reviewed
from zoufang.core.compliance.many.reviewing import review_many

__all__ = [
    "PLAIN",
    "SILENT",
    "Coded",
    "Contacts",
    "ManyCases",
    "Numbers",
    "Promises",
    "Reviewed",
    "encoded",
    "gathered",
    "review_many",
]
