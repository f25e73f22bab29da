"""`orders`: what visitors order or ask for."""
