"""Around every page: the chosen language, a strict content policy, and errors that a person can read."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted, ZoufangError

Answer = Callable[[HttpRequest], HttpResponse]
STATUS: tuple[tuple[type[ZoufangError], int], ...] = (
    (NotPermitted, 403),
    (NotFound, 404),
    (Conflict, 409),
    (BadInput, 422),
)


def chosen_language(answer: Answer) -> Answer:
    """The language that the reader chose, else the bank's: a browser set to English still gets Chinese first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = cookie if cookie in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = answer(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def content_policy(answer: Answer) -> Answer:
    """Scripts, styles and calls come from this server alone; only map tiles may come from a named other one."""
    tiles = urlsplit(settings.ZOUFANG_TILES)
    images = f" {tiles.scheme}://{tiles.netloc.replace('{s}', '*')}" if tiles.netloc else ""
    policy = (
        f"default-src 'self'; img-src 'self' data: blob:{images}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


class ReadableErrors:
    """Each error by name becomes its HTTP status and a page (or JSON, where the caller asked for that)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ZoufangError):
            return None
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
        if request.accepts("application/json") and not request.accepts("text/html"):
            body = {"ok": False, "error": {"code": error.code, "message": str(error)}}
            return JsonResponse(body, status=status)
        if request.headers.get("HX-Request"):
            response = render(request, "partials/error.html", {"error": error}, status=status)
            response.headers["HX-Retarget"] = "#messages"
            response.headers["HX-Reswap"] = "innerHTML show:window:top"
            return response
        return render(request, "errors/known.html", {"error": error, "status": status}, status=status)
