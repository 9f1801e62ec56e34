"""Who was drawn into which arm, with what probability. Assignment only; estimates are computed."""
