"""Collection agencies: their register, the cases placed with them, what they did and what it earns them."""
