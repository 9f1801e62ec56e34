"""Papers of visits: made, sealed, printed, signed or posted, and what they prove."""
