"""JSON asked of another service by HTTP, with an error that says which service and what to do."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from zoufang.core.errors import BadInput, Conflict

TIMEOUT_S = 10.0
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes
SAID = 200  # characters of a refusal that are shown


def http_address(url: str, setting: str) -> str:
    """The address; BadInput names the setting when it is none of http."""
    if not url.startswith(("https://", "http://")):
        raise BadInput(f"{setting} must be an http address. Correct the setting.")
    return url


def ask_json(url: str, *, who: str, setting: str, body: object = None, timeout_s: float = TIMEOUT_S) -> Any:
    """GET, or POST when there is a body. Conflict: no answer, a refusal, or an answer that is no JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"User-Agent": "zoufang"} | ({} if body is None else {"Content-Type": "application/json"})
    request = Request(http_address(url, setting), data=data, headers=headers)  # noqa: S310 - http, checked
    try:
        with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310 - http, checked
            return json.loads(answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        said = error.read(SAID).decode("utf-8", "replace").strip()
        raise Conflict(f"The {who} refused: {error.code} {said}. Check {setting}.") from error
    except (URLError, TimeoutError, ConnectionError, ValueError) as error:
        raise Conflict(f"The {who} did not answer: {error}. Try again, or unset {setting}.") from error
