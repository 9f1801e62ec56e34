"""The app itself: files that were built from field/ and ship with the package. They hold no data of anybody."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_GET

CLIENT = Path(__file__).resolve().parent.parent / "field" / "client"
TYPES = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "rules.js": "text/javascript; charset=utf-8",
    "sw.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "manifest.webmanifest": "application/manifest+json",
    "icon.svg": "image/svg+xml",
}
# Nothing from elsewhere, no inline script or style, no frame, no form that leaves.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@require_GET
def field_app(request: HttpRequest, name: str = "index.html") -> HttpResponse:
    """One file of the app. The browser asks each time whether it changed: the service worker keeps the copy."""
    if name not in TYPES:
        raise Http404(name)
    content, tag = _file(name) if not settings.DEBUG else _read(name)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response = HttpResponse(content, content_type=TYPES[name])
    for header, value in (("Cache-Control", "no-cache"), ("ETag", tag), ("Content-Security-Policy", POLICY)):
        response.headers[header] = value
    return response


@cache
def _file(name: str) -> tuple[bytes, str]:
    return _read(name)


def _read(name: str) -> tuple[bytes, str]:
    content = (CLIENT / name).read_bytes()
    return content, f'"{sha256(content).hexdigest()[:20]}"'
