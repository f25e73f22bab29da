"""All that must be there before the portal can be run or tested."""

from dev import debian, frontend, python_packages, settings_file


def prepare(purpose: str) -> None:
    debian.install_missing(purpose)
    python_packages.install(purpose)
    frontend.build()
    settings_file.write_once()
