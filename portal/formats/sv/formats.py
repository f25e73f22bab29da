"""How Django itself writes times, in the lists of admin: 10.00, as our own pages do (`portal.core.formats`)."""

TIME_FORMAT = "H.i"
DATETIME_FORMAT = "j F Y H.i"
SHORT_DATETIME_FORMAT = "Y-m-d H.i"
