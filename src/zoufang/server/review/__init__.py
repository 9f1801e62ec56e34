"""Which visits are reviewed, how they were scored, what was found, and what supervisors saw themselves."""
