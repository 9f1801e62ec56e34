"""The day's run, from import to evaluation: the only place that strings the apps together."""
