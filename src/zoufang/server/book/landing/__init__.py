"""From checked frames to book rows: staged outside the book's lock, then switched in one short transaction."""
