"""The gazetteer, and what it says about addresses that are known as text only."""
