"""`files`: what belongs to an item; `publishing`: when visitors see it; `catalogue`: what the package carries."""
