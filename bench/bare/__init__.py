"""The yardstick: a Django project as `startproject` makes it, with one form, one page and nothing else."""
