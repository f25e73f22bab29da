"""The verbs of the pages: `enquiries` (what visitors write), `feedback`, `content` (what staff writes)."""
