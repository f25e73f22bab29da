"""`catalogue`: the list and the page of an item; `search`: what was said where; `podcast`: the feed's channel."""
