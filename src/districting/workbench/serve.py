"""Run the workbench: open the county, take the lock, listen on this machine, open a browser."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from districting.county import County
from districting.errors import DistrictingError, PlanFileError
from districting.evaluate import nearest_zones
from districting.plan.plan import Plan
from districting.plan.plan_file import read_plan
from districting.policy import read_policy
from districting.read import read_county
from districting.terms import language, say
from districting.workbench.app import make_app
from districting.workbench.desk import Desk
from districting.workbench.folder import Writer, recover
from districting.workbench.service import Service

STANDARD_POLICY = "starter"
EVERYWHERE = ("", "0.0.0.0", "::")
LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Opening:
    """What to open and where to listen.

    Parameters
    ----------
    folder : Path
    plan : Path or None
        Plan to begin with; the current one of `kind` when None.
    policy : str
        Profile; when empty that of the plan, else :data:`STANDARD_POLICY`.
    kind : {"districts", "zones"}
    host : str
    port : int
        0 for any that is free.
    browser : bool
        Whether to open a browser.
    """

    folder: Path
    plan: Path | None = None
    policy: str = ""
    kind: str = "districts"
    host: str = "127.0.0.1"
    port: int = 0
    browser: bool = True


def open_service(opening: Opening, writer: Writer) -> Service:
    """Return the service on a county folder; read-only where another process writes in it.

    Raises
    ------
    DistrictingError
        If county, plan or policy cannot be read.
    """
    county = read_county(opening.folder)
    plan = _first_plan(opening, county)
    policy = opening.policy or plan.policy or STANDARD_POLICY
    desk = Desk(county, opening.folder, read_policy(policy), plan, writable=writer.take())
    left = recover(desk.folder) if desk.writable else ""
    greeting = say("workbench.recovered", name=left) if left else ""
    return Service(desk, policy, writer, greeting)


def _first_plan(opening: Opening, county: County) -> Plan:
    if opening.plan is not None:
        return read_plan(opening.plan)
    if opening.kind == "zones":
        return county.current_zones or nearest_zones(county)
    plan = county.current_plan
    if plan is None:
        raise PlanFileError(say("plan.no_current"))
    return plan


def serve(opening: Opening, tell: Callable[[str], None]) -> None:
    """Serve a county folder until interrupted.

    Parameters
    ----------
    opening : Opening
    tell : callable
        Prints a line for the person who started it.

    Raises
    ------
    DistrictingError
        As :func:`open_service`, and if the host stands for every address.
    """
    if opening.host in EVERYWHERE:  # pages could not be told from those of other names
        raise DistrictingError(say("workbench.every_address", host=opening.host))
    writer = Writer(opening.folder)
    service = open_service(opening, writer)
    try:
        with socket.create_server((opening.host, opening.port)) as listening:
            port, token = listening.getsockname()[1], secrets.token_urlsafe(16)
            names = {opening.host, *LOCAL}
            app = make_app(service, token, frozenset(f"{n}:{port}" for n in names), language())
            address = f"http://{opening.host}:{port}/{token}/"
            tell(say("workbench.at", address=address))
            if opening.host not in LOCAL:
                tell(say("workbench.others_may", host=opening.host))
            if not service.desk.writable:
                owner = writer.owner()
                tell(say("workbench.taken", **vars(owner)) if owner else say("workbench.read_only"))
            if opening.browser:
                webbrowser.open(address)
            config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        service.close()
        writer.release()
