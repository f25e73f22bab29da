"""The facts of the pages: what staff writes (`content`), and what visitors send (`enquiries`, `feedback`)."""

from portal.pages.models.content import AccessibilityStatement, Page, PageKey, Responsible
from portal.pages.models.enquiries import AccessibilityReport, ContactMessage, Enquiry
from portal.pages.models.feedback import FeedbackAnswer

__all__ = [
    "AccessibilityReport",
    "AccessibilityStatement",
    "ContactMessage",
    "Enquiry",
    "FeedbackAnswer",
    "Page",
    "PageKey",
    "Responsible",
]
