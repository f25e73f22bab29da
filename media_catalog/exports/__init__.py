"""What programs read: `podcast`, the feed; `structured_data`, the item for search engines."""
