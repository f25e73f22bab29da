"""Scripts that set up, run, check and test Samspel on a developer's machine.

Those that run before the virtual environment exists use the standard library only.
"""
