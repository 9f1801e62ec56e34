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

__all__ = [
    "Anchor",
    "Break",
    "ChainDay",
    "ChainLine",
    "Fault",
    "line_hash",
    "root_of",
    "verify_chain",
]
