"""The pages: `content` (texts that staff edits), `enquiries` (contact, report of a barrier), `feedback`."""
