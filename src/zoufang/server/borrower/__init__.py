"""The borrower's side: is this visitor from the bank, and a word to the bank from the door."""
