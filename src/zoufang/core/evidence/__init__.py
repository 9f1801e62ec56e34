"""What proves a visit afterwards: the audit chain, what a visit's evidence has and lacks, and what may leave."""

from zoufang.core.evidence.chain import (
    Anchor,
    Break,
    ChainDay,
    ChainLine,
    Fault,
    line_hash,
    root_of,
    verify_chain,
)
from zoufang.core.evidence.completeness import Part, PartFound, Standing, completeness
from zoufang.core.evidence.extract import DayExtract, verify_extract
from zoufang.core.evidence.grading import Graded, grade_visit
from zoufang.core.evidence.proof import SKEW_LIMIT_S, HashAlgorithm, Original, VisitProof, digest
from zoufang.core.evidence.redaction import NAMES_ALLOWED, ORIGINALS_ALLOWED, ExportPurpose, rough

__all__ = [
    "NAMES_ALLOWED",
    "ORIGINALS_ALLOWED",
    "SKEW_LIMIT_S",
    "Anchor",
    "Break",
    "ChainDay",
    "ChainLine",
    "DayExtract",
    "ExportPurpose",
    "Fault",
    "Graded",
    "HashAlgorithm",
    "Original",
    "Part",
    "PartFound",
    "Standing",
    "VisitProof",
    "completeness",
    "digest",
    "grade_visit",
    "line_hash",
    "root_of",
    "rough",
    "verify_chain",
    "verify_extract",
]
