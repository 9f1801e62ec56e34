"""Watches over running visits: who is told when a crew falls silent or calls for help, and who answered."""
