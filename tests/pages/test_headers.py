"""Headers of every answer, and the built client's files."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

from server.http.headers import content_policy, security_headers
from server.http.static import Assets, ClientNotBuiltError
from tests.pages.test_every_page import OPEN_PAGES
from tests.pages.world import World, fake_build

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def test_policy_is_the_one_of_the_design_with_the_configured_frames() -> None:
    assert content_policy() == POLICY
    hosts = ("https://video.example", "https://meet.example")
    framed = POLICY.replace("frame-src 'none'", f"frame-src {' '.join(hosts)}")
    assert content_policy(hosts) == framed


def test_browsers_are_held_to_https_only_behind_it() -> None:
    name = "strict-transport-security"
    assert name in security_headers(tls=True)
    assert name not in security_headers(tls=False)


@pytest.mark.parametrize("path", [*OPEN_PAGES, "/nirgends", "/profile", "/static/nothing.js"])
async def test_every_answer_carries_the_headers(site: World, path: str) -> None:
    async with site.browser() as browser:
        headers = (await browser.get(path)).headers
    assert {name: headers.get(name) for name in security_headers(tls=False)} == (
        security_headers(tls=False)
    )


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_no_shared_cache_keeps_a_page(site: World, path: str) -> None:
    async with site.browser() as browser:
        headers = (await browser.get(path)).headers
    assert headers["cache-control"] in ("private, no-cache", "no-store")
    assert headers["vary"] == "Cookie, Accept-Language"


async def test_built_files_are_kept_for_ever_and_packed(site: World) -> None:
    path = "/static/assets/site-00000000.js"
    async with site.browser() as browser:
        packed = await browser.get(path, headers={"accept-encoding": "gzip"})
        plain = await browser.get(path, headers={"accept-encoding": "identity"})
        again = await browser.get(path, headers={"if-none-match": plain.headers["etag"]})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text == "/* site */"
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["../manifest.json", "..%2f..%2fpyproject.toml", "manifest.json"])
async def test_nothing_but_built_files_is_served(site: World, path: str) -> None:
    async with site.browser() as browser:
        request = httpx.Request("GET", f"http://plenum.example/static/{path}")
        assert (await browser.send(request)).status_code == 404


def test_new_build_is_noticed(tmp_path: Path) -> None:
    assets = Assets(fake_build(tmp_path))
    before = assets.url("site")
    manifest = tmp_path / "manifest.json"
    (tmp_path / "assets/site-11111111.js").write_text("new")
    manifest.write_text(manifest.read_text().replace("site-00000000.js", "site-11111111.js"))
    assert (before, assets.url("site")) == (
        "/static/assets/site-00000000.js",
        "/static/assets/site-11111111.js",
    )
    found = assets.file("assets/site-11111111.js")
    assert found is not None
    assert found.packed is not None
    assert gzip.decompress(found.packed) == found.body == b"new"


def test_missing_build_says_so(tmp_path: Path) -> None:
    with pytest.raises(ClientNotBuiltError, match="no build of the client"):
        Assets(tmp_path).url("site")
    with pytest.raises(ClientNotBuiltError, match="no entry 'nothing'"):
        Assets(fake_build(tmp_path)).url("nothing")
