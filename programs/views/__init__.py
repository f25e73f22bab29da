"""The pages about programmes. `catalogue`: the list and one programme."""
