"""`catalogue`: the list and the pages; `files`: what a player fetches; `podcast`: the feed and how to subscribe."""
