"""Settings by surroundings: base, dev (embedded, this machine), prod, test. Only here is the environment read."""
