"""The web application: the page, and what it asks of the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from districting.errors import DistrictingError
from districting.terms import say, using_language
from districting.workbench.desk import ReadOnlyError, StaleError
from districting.workbench.guard import HEADERS, Guard
from districting.workbench.service import Service

Answer = Callable[[Request], Awaitable[Response]]
STATUS = {StaleError: 409, ReadOnlyError: 403}


def make_app(service: Service, token: str, hosts: frozenset[str], language: str) -> Starlette:
    """Return the application.

    Parameters
    ----------
    service : Service
    token : str
        First part of every path; requests without it are refused.
    hosts : frozenset of str
        ``host:port`` as pages may call the server.
    language : {"zh", "en"}
    """
    asked: dict[str, Callable[..., Any]] = {
        "state": service.state,
        "check": service.check,
        "plans": service.plans,
        "solve": service.solve_state,
    }
    told: dict[str, Callable[..., Any]] = {
        "assign": service.assign,
        "lock": service.lock,
        "unlock": service.unlock,
        "forbid": service.forbid,
        "exempt": service.exempt,
        "undo": service.undo,
        "redo": service.redo,
        "save": service.save,
        "open": service.open,
        "export": service.export,
        "solve": service.solve,
        "stop": service.stop,
        "take": service.take,
        "why": service.why,
    }
    routes = [
        Route("/", _page(service, language)),
        *(Route(f"/api/{k}", _ask(f, language), methods=["GET"]) for k, f in asked.items()),
        *(Route(f"/api/{k}", _tell(f, language), methods=["POST"]) for k, f in told.items()),
    ]
    guard = Middleware(Guard, token=token, hosts=hosts)
    return Starlette(routes=[Mount(f"/{token}", routes=routes)], middleware=[guard])


def _page(service: Service, language: str) -> Answer:
    async def answer(request: Request) -> Response:
        beside = request.query_params.getlist("with")
        done = await _run(partial(service.page, beside), language)
        if isinstance(done, Response):
            return done
        return HTMLResponse(done, headers=HEADERS)

    return answer


def _ask(do: Callable[[], Any], language: str) -> Answer:
    async def answer(request: Request) -> Response:
        return _json(await _run(do, language))

    return answer


def _tell(do: Callable[..., Any], language: str) -> Answer:
    async def answer(request: Request) -> Response:
        try:
            content = await request.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            return JSONResponse({"error": "JSON"}, 400, HEADERS)
        return _json(await _run(partial(do, content), language))

    return answer


def _json(done: Any) -> Response:
    return done if isinstance(done, Response) else JSONResponse(done, headers=HEADERS)


async def _run(do: Callable[[], Any], language: str) -> Any:
    """Return what `do` returns, or the answer that tells what is wrong."""

    def spoken() -> Any:
        with using_language(language):
            return do()

    try:
        return await run_in_threadpool(spoken)
    except DistrictingError as error:
        return JSONResponse({"error": str(error)}, STATUS.get(type(error), 400), HEADERS)
    except OSError as error:  # the disk is full, or the folder may not be written
        with using_language(language):
            return JSONResponse({"error": say("workbench.disk", error=error)}, 507, HEADERS)
