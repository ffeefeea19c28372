"""A small county folder, and the workbench on it without a browser."""

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from districting.sample import make_county, write_county
from districting.workbench.app import make_app
from districting.workbench.folder import Writer
from districting.workbench.serve import Opening, open_service
from districting.workbench.service import Service

TOKEN = "token"
HOST = "127.0.0.1:8000"


def small_folder(path: Path) -> Path:
    """Write a county of two towns and 30 villages."""
    write_county(make_county(4, 2, 30), path)
    return path


class Bench:
    """A client that knows the newest revision, as a page does."""

    def __init__(self, folder: Path, **opening: Any) -> None:
        self.folder, self.writer = folder, Writer(folder)
        self.service: Service = open_service(Opening(folder, **opening), self.writer)
        self.app = make_app(self.service, TOKEN, frozenset({HOST}), "zh")
        self.client = TestClient(self.app, base_url=f"http://{HOST}", raise_server_exceptions=True)
        self.state: dict[str, Any] = self.get("state")

    def get(self, what: str) -> Any:
        """Ask for something that must be there."""
        answer = self.client.get(f"/{TOKEN}/api/{what}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, what: str, status: int = 200, **fields: Any) -> Any:
        """Tell something on the newest revision, or on another that is named."""
        content = {"revision": self.state["revision"], **fields}
        answer = self.client.post(f"/{TOKEN}/api/{what}", json=content)
        assert answer.status_code == status, answer.text
        found = answer.json()
        if "layers" in found:
            self.state = found
        return found

    def area(self, village: int, layer: int = 0) -> str:
        """Return the id of the area that a village is in."""
        here = self.state["layers"][layer]
        place = here["villages"][village]
        return here["areas"][place]["id"] if place >= 0 else ""

    def close(self) -> None:
        """Give the folder back."""
        self.service.close()
        self.writer.release()
