"""Nobody but a page of this server on this machine gets an answer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small import HOST, TOKEN, Bench, small_folder


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    opened = Bench(small_folder(tmp_path_factory.mktemp("county") / "county"))
    yield opened
    opened.close()


@pytest.mark.parametrize("path", ["/", "/api/state", "/other/api/state", "/tokenx/", f"//{TOKEN}/"])
def test_without_the_token_nothing_is_told(bench: Bench, path: str) -> None:
    answer = bench.client.get(path)
    assert answer.status_code == 403 and "layers" not in answer.text


@pytest.mark.parametrize("host", ["evil.example:8000", "127.0.0.1:9", "127.0.0.1.evil.example", ""])
def test_another_host_header_is_refused(bench: Bench, host: str) -> None:
    """A page that reaches this address by a name of its own bears that name here."""
    answer = bench.client.get(f"/{TOKEN}/api/state", headers={"host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9"])
def test_another_origin_is_refused(bench: Bench, origin: str) -> None:
    answer = bench.client.post(
        f"/{TOKEN}/api/undo", json={"revision": 0}, headers={"origin": origin}
    )
    assert answer.status_code == 403
    own = bench.client.post(
        f"/{TOKEN}/api/undo", json={"revision": 0}, headers={"origin": f"http://{HOST}"}
    )
    assert own.status_code == 200


def test_forms_and_oversized_requests_are_refused(bench: Bench) -> None:
    """What a form of another page can send is not JSON; nor is a flood taken in."""
    address = f"/{TOKEN}/api/undo"
    assert bench.client.post(address, data={"revision": "0"}).status_code == 415
    kind = {"content-type": "application/json"}
    big = {**kind, "content-length": "5000000"}
    assert bench.client.post(address, content=b"{}", headers=big).status_code == 413
    assert bench.client.post(address, content=b"[1]", headers=kind).status_code == 400
    assert bench.client.post(address, content=b"{", headers=kind).status_code == 400


def test_a_second_process_may_look_but_not_save(bench: Bench) -> None:
    """Whoever opens the folder second is told who has it, and saves nothing."""
    second = Bench(bench.service.desk.folder)
    try:
        assert not second.state["writable"] and second.writer.owner().user in second.state["owner"]
        second.post("lock", units=["v1"])
        assert second.post("save", 403, name="甲", reason="试")["error"]
        assert not (second.service.desk.folder / "plans").exists()
    finally:
        second.close()
    assert bench.state["writable"]
    third = Bench(bench.service.desk.folder)
    assert not third.state["writable"]
    third.close()


def test_when_the_first_has_gone_the_next_may_write(tmp_path: Path, bench: Bench) -> None:
    folder = Path(shutil.copytree(bench.service.desk.folder, tmp_path / "county"))
    first = Bench(folder)
    first.close()
    second = Bench(folder)
    assert second.state["writable"] and not second.state["owner"]
    second.close()
