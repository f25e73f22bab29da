"""How a server process collects garbage. Python's own way stops it for 0.2 s every few seconds while it is busy."""

import gc

# So many more objects than were freed, before the youngest are looked through; so many times that, before the older.
YOUNG, MIDDLE, OLD = 20_000, 20, 20


def settle() -> None:
    """Call it when the application is loaded, before the first visitor and before gunicorn forks.

    What is loaded by then stays for ever, and nobody looks through it again for what may go. What comes with a visitor
    goes when the last reference goes; cycles among that are rare, and are looked for more seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
