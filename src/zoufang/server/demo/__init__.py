"""The demo bank: a simulated book played through the same services as people use."""
