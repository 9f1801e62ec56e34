"""Users, roles, the branch tree and the bank's own date."""
