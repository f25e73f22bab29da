"""Compose and the Dockerfile start what `make run` starts, with the variables that the settings read.

No Docker engine is needed: both files are read as text.
"""

import re
from typing import Any

import pytest
import yaml
from gunicorn.workers.gthread import ThreadWorker
from honcho.environ import parse_procfile

from dev.steps import ROOT
from portal.gunicorn_worker import FairWorker

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "sockets", "worker", "beat", "migrate")
PROCFILE = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
SETTINGS = (ROOT / "portal" / "settings.py").read_text()
GUNICORN = (ROOT / "gunicorn.conf.py").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
# Read by the servers themselves, not by our settings.
READ_BY_SERVERS = {"UVICORN_HOST", "UVICORN_PORT", *re.findall(r"environ\.get\([\"'](\w+)", GUNICORN)}
READ_BY_SETTINGS = set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS))
# Without these production would run, but wrongly: on SQLite, without mail, with links to localhost.
NEEDED = {
    "SECRET_KEY",
    "ALTCHA_HMAC_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_HOST",
    "DEFAULT_FROM_EMAIL",
}


def _stages() -> list[str]:
    return re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


@pytest.mark.parametrize(("service", "process"), [("worker", "worker"), ("beat", "beat"), ("sockets", "web")])
def test_compose_starts_the_same_command_as_make_run(service: str, process: str) -> None:
    assert SERVICES[service]["command"] == PROCFILE[process]


def test_compose_serves_pages_with_threads() -> None:
    assert SERVICES["web"]["command"] == "gunicorn portal.wsgi:application"
    assert 'worker_class = "portal.gunicorn_worker.FairWorker"' in GUNICORN
    assert issubclass(FairWorker, ThreadWorker)
    assert SERVICES["web"]["environment"]["CONN_MAX_AGE"] == "60"


def test_only_pages_keep_their_database_connections() -> None:
    """Under ASGI kept connections pile up until the database takes no more (docs/adr/0003)."""
    assert [name for name in OURS if "CONN_MAX_AGE" in SERVICES[name]["environment"]] == ["web"]


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_read(service: str) -> None:
    assert set(SERVICES[service]["environment"]) - READ_BY_SETTINGS - READ_BY_SERVERS == set()


@pytest.mark.parametrize("service", OURS)
def test_every_needed_variable_is_given(service: str) -> None:
    without_default = set(re.findall(r'env\.\w+\("(\w+)"\)', SETTINGS))
    assert (NEEDED | without_default) - set(SERVICES[service]["environment"]) == set()


@pytest.mark.parametrize("service", OURS)
def test_production_is_no_debug(service: str) -> None:
    assert {"DEBUG", "HTTPS"} & set(SERVICES[service]["environment"]) == set()


def test_secrets_come_from_outside_and_have_no_default() -> None:
    secret = re.compile(r"SECRET|PASSWORD|HMAC|PRIVATE")
    given = {
        (service, name, str(value))
        for service, description in SERVICES.items()
        for name, value in description.get("environment", {}).items()
        if secret.search(name)
    }
    assert {entry for entry in given if not re.fullmatch(r"\$\{\w+(:\?[^}]+|:-)\}", entry[2])} == set()
    database = SERVICES["web"]["environment"]["DATABASE_URL"]
    assert re.search(r":\$\{POSTGRES_PASSWORD:\?[^}]+\}@", database)


def test_the_example_names_every_variable_that_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert asked == example


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "migrate"])
def test_every_lasting_service_is_watched_and_comes_back(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", ["web", "sockets", "worker", "beat"])
def test_nothing_starts_before_the_tables_are_there(service: str) -> None:
    assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("service", OURS)
def test_our_processes_have_no_powers(service: str) -> None:
    description = SERVICES[service]
    assert (description["read_only"], description["cap_drop"]) == (True, ["ALL"])
    assert "privileged" not in description
    assert "user" not in description


def test_the_image_runs_as_nobody_special() -> None:
    runtime = _stages()[-1]
    users = re.findall(r"^USER (\S+)", runtime, flags=re.MULTILINE)
    assert users == ["samspel"]
    assert "useradd --system --uid 10001" in runtime
    assert runtime.rindex("USER ") > runtime.rindex("RUN ")


def test_the_image_is_built_in_stages_from_the_locks() -> None:
    names = [re.match(r"\S+ AS (\w+)", stage) for stage in _stages()]
    assert [found and found[1] for found in names] == ["assets", "wheels", "runtime"]
    assert "npm ci" in _stages()[0]
    assert "--require-hashes -r base.txt" in _stages()[1]
    assert "HEALTHCHECK" in _stages()[2]


def test_the_image_holds_every_app() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, flags=re.MULTILINE))
    apps = {found.split(".")[0] for found in re.findall(r'"([\w.]+)\.apps\.\w+"', SETTINGS)}
    assert apps | {"templates"} == copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} <= set(ignored)


def test_the_image_has_the_system_packages_that_make_run_installs() -> None:
    debian = (ROOT / "dev" / "debian.py").read_text().split("TO_TEST = ")[0]
    libraries = re.findall(r'"(lib[\w.-]+)": _library', debian)
    assert libraries
    assert [package for package in libraries if package not in _stages()[-1]] == []


def test_the_proxy_hands_out_private_files_and_nobody_else_does() -> None:
    """What the portal writes, where nginx reads it, and the word by which the one asks the other."""
    web, proxy = SERVICES["web"], SERVICES["proxy"]
    nginx = (ROOT / "nginx.conf").read_text()
    location = nginx.split(f"location {web['environment']['FILES_ACCEL']} {{")[1].split("}")[0]
    assert "internal;" in location
    assert "alias /var/lib/samspel/private/;" in location
    assert "VAR_DIR=/var/lib/samspel" in DOCKERFILE
    assert web["volumes"] == ["files:/var/lib/samspel"]
    assert "files:/var/lib/samspel:ro" in proxy["volumes"]


def test_only_the_proxy_is_seen_from_the_host() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    trusted = SERVICES["web"]["environment"]["TRUSTED_PROXIES"]
    assert SERVICES["proxy"]["networks"]["default"]["ipv4_address"] in trusted


def test_the_proxy_takes_what_staff_may_upload() -> None:
    found = re.search(r"location ~ (\S+) \{\s+client_max_body_size (\d+)m;", (ROOT / "nginx.conf").read_text())
    assert found is not None
    assert found[1] in SETTINGS
    film = re.search(r'"FILES_FILM_MEBIBYTES", default=(\d+)', SETTINGS)
    assert film is not None
    assert int(found[2]) > int(film[1])
