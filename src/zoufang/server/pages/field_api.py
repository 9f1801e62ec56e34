"""What the visitor's app asks of the server. Contract: docs/field-app.md.

A device shows its token (`Authorization: Device ID:TOKEN`): with it alone it delivers, calls for help and hears
what changed, by ids. The day, with names, is given to the token together with the owner's own session.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zoufang.core.errors import BadInput, NotFound, NotPermitted, ZoufangError
from zoufang.core.values import Message
from zoufang.server.field import blobs, changes, devices
from zoufang.server.field.bundle import in_both, take_day
from zoufang.server.field.entries import sent_of
from zoufang.server.field.inbox import MOST_AT_ONCE, deliver
from zoufang.server.field.models import Device
from zoufang.server.pages.middleware import STATUS
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import WORDS
from zoufang.server.safety import services as safety
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import stops_of, visit_to_make

# The codes that the app shows or lets choose.
KINDS = frozenset(
    {
        "role",
        "outcome",
        "ability",
        "willingness",
        "reason",
        "purpose",
        "risk",
        "event",
        "identity",
        "vulnerability",
    }
    | {"called_off", "visit_state", "product", "address_kind", "channel", "contact_result", "promise"}
    | {"pay_channel", "delivery", "signer", "no_recording", "evidence"}
)
SCHEME = "Device "
View = Callable[..., HttpResponse]


def in_json(view: View) -> View:
    """Errors by name as JSON with their status, whatever the caller accepts; nothing is kept on the way."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ZoufangError as error:
            status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
            said = error.args[0] if error.args else ""
            body = {"ok": False, "error": {"code": error.code, "message": _both(said)}}
            response = JsonResponse(body, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def for_devices(view: View) -> View:
    """The view gets the device that shows its token. No cookie counts here, so no forged form does either."""

    @csrf_exempt
    @in_json
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, _device(request), **kwargs)

    return answer


@require_GET
@in_json
def field_me(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and the token that forms need; refused to anybody but a visitor."""
    user = reader(request)
    require(user, "conduct_visit")
    me = {"id": str(user.pk), "name": user.full_name, "no": user.employee_no}
    return JsonResponse({"user": me, "csrf": get_token(request), "bank": settings.ZOUFANG_BANK})


@require_POST
@in_json
def field_register(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "conduct_visit")
    body = _body(request)
    try:
        key, public, name = UUID(body["id"]), b64decode(body["public"], validate=True), str(body.get("name", ""))
    except (KeyError, TypeError, ValueError):
        raise BadInput("A phone registers with its id and its public key. Update the app.") from None
    device, token = devices.register(id=key, day_public=public, name=name, by=user, at=now())
    return JsonResponse({"device": str(device.pk), "token": token})


@require_POST
@in_json
def field_day(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    require(user, "conduct_visit")
    device = _device(request)
    words = {kind: codes for kind, codes in WORDS.items() if kind in KINDS}
    return JsonResponse(take_day(device=device, by=user, day=business_date(), at=now(), words=words))


@require_POST
@for_devices
def field_contact(request: HttpRequest, device: Device) -> HttpResponse:
    """The phone tells how it stands and hears: wipe, lease, time, what changed, what is held back."""
    body, at = _body(request), now()
    device = devices.hear(device, _told(body), at)
    wipe = devices.wipe_due(device)
    return JsonResponse(
        {
            "server_at": at.isoformat(),
            "skew_ms": device.skew_ms,
            "wipe": wipe,
            "lease_until": device.lease_until.isoformat() if device.lease_until else None,
            "changes": [] if wipe else _changes(device, body),
            "held": [_held(row) for row in changes.held_back(device, at)],
        }
    )


@require_POST
@for_devices
def field_outbox(request: HttpRequest, device: Device) -> HttpResponse:
    given = _body(request).get("entries")
    if not isinstance(given, list) or len(given) > MOST_AT_ONCE:
        raise BadInput(f"An outbox sends up to {MOST_AT_ONCE} entries at once. Update the app.")
    answers = deliver(device=device, sent=[sent_of(one, device) for one in given], at=now())
    return JsonResponse(
        {
            "server_at": now().isoformat(),
            "answers": [
                {"id": str(a.id), "answer": a.answer, "state": a.state, "reason": a.reason and in_both(a.reason)}
                for a in answers
            ],
        }
    )


@require_POST
@for_devices
def field_file(request: HttpRequest, device: Device) -> HttpResponse:
    """Announce a file, or ask which of its chunks lack."""
    body = _body(request)
    try:
        file = blobs.Announced(
            id=UUID(body["id"]),
            visit=UUID(body["visit"]),
            key=str(body["key"]),
            size=int(body["size"]),
            chunk_size=int(body["chunk_size"]),
            sha256=str(body["sha256"]),
        )
    except (KeyError, TypeError, ValueError):
        raise BadInput("A file is announced with its id, visit, key, sizes and hash. Update the app.") from None
    blob = blobs.announce(device=device, file=file, at=now())
    return JsonResponse({"missing": blobs.missing_chunks(blob)})


@require_http_methods(["PUT"])
@for_devices
def field_chunk(request: HttpRequest, device: Device, blob_id: UUID, number: int) -> HttpResponse:
    blob = blobs.blob_of(device, blob_id)
    digest = request.headers.get("X-Chunk-SHA256", "")
    blob = blobs.put_chunk(blob=blob, number=number, content=request.body, digest=digest, at=now())
    return JsonResponse({"missing": blobs.missing_chunks(blob)})


@require_POST
@for_devices
def field_sos(request: HttpRequest, device: Device) -> HttpResponse:
    """Help first: no session, no seal, no queue. Without a visit it is the one that runs, else the next."""
    body, at, place = _body(request), now(), None
    with suppress(BadInput, KeyError, TypeError, ValueError):
        place = safety.Place(float(body["lat"]), float(body["lon"]))
    safety.call_for_help(visit=_where_help_is_needed(device, body), by=device.user, at=at, place=place)
    return JsonResponse({"told": True, "server_at": at.isoformat()})


def _where_help_is_needed(device: Device, body: Mapping[str, Any]) -> Visit:
    with suppress(ValueError, NotFound):
        return visit_to_make(UUID(str(body.get("visit"))), device.user)
    stops = stops_of(device.user, business_date())
    running = [one for one in stops if one.started_at is not None and one.ended_at is None]
    for visit in (*running, *stops):
        return visit
    raise NotFound("No visit of today is known of this phone: ring 110 and the duty phone.")


def _changes(device: Device, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    held: dict[UUID, str] = {}
    for key, base in dict(body.get("visits") or {}).items():
        with suppress(ValueError):
            held[UUID(key)] = str(base)
    if not body.get("day"):
        return []
    found = changes.changes_for(device, business_date(), held)
    return [
        {"visit": str(one.visit), "kind": one.kind, "base": one.base, "reason": in_both(one.reason)}
        for one in found
    ]


def _held(row: Any) -> dict[str, Any]:
    reason = Message.from_json(row.reason) if row.reason else None
    return {
        "id": str(row.event_id),
        "visit": row.head.get("visit"),
        "kind": row.kind,
        "state": row.state,
        "reason": reason and in_both(reason),
        "decided": row.decided_why,
    }


def _told(body: Mapping[str, Any]) -> devices.Told:
    try:
        since = body.get("unsent_since")
        return devices.Told(
            device_at=datetime.fromisoformat(body["device_at"]),
            unsent=int(body.get("unsent", 0)),
            unsent_since=datetime.fromisoformat(since) if since else None,
            app_version=str(body.get("app", "")),
            persistent=body.get("persistent"),
            day_wiped=bool(body.get("day_wiped")),
            outbox_wiped=body.get("outbox_wiped"),
        )
    except (KeyError, TypeError, ValueError):
        raise BadInput("A contact tells the device's time. Update the app.") from None


def _device(request: HttpRequest) -> Device:
    given = request.headers.get("Authorization", "")
    try:
        key, token = given.removeprefix(SCHEME).split(":", 1)
        return devices.known_device(UUID(key), token)
    except ValueError:
        raise NotPermitted("This phone isn't known here. Sign in and register it.") from None


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise BadInput("The app sends JSON. Update it.") from None
    if not isinstance(body, dict):
        raise BadInput("The app sends one JSON object. Update it.")
    return body


def _both(said: object) -> dict[str, str]:
    return in_both(said) if isinstance(said, Message) else {"zh": str(said), "en": str(said)}
