"""Every contact on every channel, in one history."""
