"""The nine start pages, one module a group of roles; each shows its role's own day with real counts."""
