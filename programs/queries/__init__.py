"""Questions about programmes. `situation`: what is true now, pure; `catalogue`: what the pages show."""
