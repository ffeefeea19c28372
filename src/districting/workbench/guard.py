"""Who may ask: only pages that this server gave out, on this machine."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from districting.terms import say

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Sent with every answer: nothing is kept, nothing is fetched from elsewhere, no frame shows it."""
LARGEST = 4_000_000
"""Bytes of a request, which holds at most the keys of all villages of a large county."""


class Guard:
    """Lets through what names the token and comes from a page of this very server.

    A page of another site that reaches this address by a name of its own (DNS rebinding) bears
    another ``Host``; one that posts here bears another ``Origin``. Both are refused, with and
    without the token.

    Parameters
    ----------
    app : ASGIApp
    token : str
        First part of every path.
    hosts : frozenset of str
        Host and port as pages may call this server.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str]) -> None:
        self._app, self._token, self._hosts = app, token, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope, Headers(scope=scope))
        if refused is not None:
            answer = PlainTextResponse(say("workbench.refused"), refused, HEADERS)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> int | None:
        """Return the status to refuse a request with; None to let it through."""
        if headers.get("host", "") not in self._hosts:
            return 421
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc not in self._hosts:
            return 403
        given = scope["path"].split("/")[1]
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return 403
        if scope["method"] not in ("GET", "HEAD"):
            if headers.get("content-type", "").split(";")[0] != "application/json":
                return 415
            if not headers.get("content-length", "").isdigit():
                return 411
            if int(headers["content-length"]) > LARGEST:
                return 413
        return None
