"""Policy packs, holiday table and course list as dated data."""
