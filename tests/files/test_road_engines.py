"""Travel times from an OSRM or a Valhalla: what is asked, what is made of the answer, and what a failure does."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from zoufang.core.errors import BadInput
from zoufang.core.planning import CircuityTravel, TravelPolicy
from zoufang.core.values import Datum, Point
from zoufang.files.road_engines import NO_ROAD_S, EngineTravel, Osrm, Valhalla, failure_of, road_engine

DOORS = tuple(Point(37.44 + 0.01 * i, 116.36 + 0.005 * i) for i in range(7))
PARKING_S = TravelPolicy().parking_seconds


def seconds_between(a, b):
    """The invented road: a minute a hundredth of a degree north, two where it goes south."""
    north = round((b[0] - a[0]) * 100)
    return 60.4 * north if north >= 0 else 120.4 * -north


class RoadService(BaseHTTPRequestHandler):
    """Speaks both protocols; `server.cut_off` is a latitude that no road reaches, `server.says` a refusal."""

    def do_GET(self):
        parts = urlsplit(self.path)
        points = [tuple(map(float, p.split(",")))[::-1] for p in parts.path.rsplit("/", 1)[1].split(";")]
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        rows = [points[int(i)] for i in asked["sources"].split(";")]
        columns = [points[int(i)] for i in asked["destinations"].split(";")]
        self.server.asked.append((len(rows), len(columns), parts.path.split("/")[:4], asked["annotations"]))
        times = [[self.time(a, b) for b in columns] for a in rows]
        self.answer(
            {
                "code": "Ok",
                "durations": times,
                "distances": [[None if t is None else 10.0 * t for t in r] for r in times],
            }
        )

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows, columns = ([(p["lat"], p["lon"]) for p in asked[key]] for key in ("sources", "targets"))
        self.server.asked.append((len(rows), len(columns), self.path, asked["costing"]))
        times = [[self.time(a, b) for b in columns] for a in rows]
        cells = [[{"time": t, "distance": None if t is None else t / 100} for t in row] for row in times]
        self.answer({"sources_to_targets": cells, "units": "kilometers"})

    def time(self, a, b):
        cut = self.server.cut_off
        return None if cut is not None and cut in (a[0], b[0]) and a != b else seconds_between(a, b)

    def answer(self, said):
        refusal = self.server.says
        self.send_response(400 if refusal else 200)
        self.end_headers()
        self.wfile.write(json.dumps(refusal or said).encode())

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def service():
    server = HTTPServer(("127.0.0.1", 0), RoadService)
    server.asked, server.cut_off, server.says = [], None, None
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[Osrm, Valhalla])
def engine(request, service):
    return request.param(f"http://127.0.0.1:{service.server_port}/", largest_block=3)


def test_each_pair_of_points_gets_the_engines_seconds_and_metres_in_their_direction(engine):
    seconds, metres = EngineTravel(engine, CircuityTravel()).between(DOORS)
    assert seconds[0, 6] == np.ceil(6 * 60.4) + PARKING_S
    assert seconds[6, 0] == np.ceil(6 * 120.4) + PARKING_S
    assert metres[0, 6] == pytest.approx(10 * 6 * 60.4, abs=1)
    assert not seconds.diagonal().any()
    assert seconds.dtype == metres.dtype == np.int64


def test_a_request_never_holds_more_points_than_the_service_takes(engine, service):
    EngineTravel(engine, CircuityTravel()).between(DOORS)
    assert len(service.asked) == 9
    assert max(rows for rows, *_ in service.asked) == 3


def test_what_was_asked_once_is_not_asked_again(engine, service):
    travel = EngineTravel(engine, CircuityTravel())
    whole, _ = travel.between(DOORS)
    service.asked.clear()
    part, _ = travel.between([DOORS[4], DOORS[1]])
    assert not service.asked
    assert part[0, 1] == whole[4, 1]


def test_where_no_road_leads_nobody_is_sent(engine, service):
    service.cut_off = DOORS[2].lat
    seconds, _ = EngineTravel(engine, CircuityTravel()).between(DOORS)
    assert seconds[0, 2] == seconds[2, 5] == NO_ROAD_S
    assert seconds[0, 5] < NO_ROAD_S


def test_an_engine_that_refuses_leaves_the_estimate_for_all_and_says_why(engine, service):
    service.says = {"code": "TooBig", "message": "Too many table coordinates"}
    estimate = CircuityTravel()
    travel = EngineTravel(engine, estimate)
    assert (travel.between(DOORS)[0] == estimate.between(DOORS)[0]).all()
    assert "Too many table coordinates" in failure_of(travel)
    service.says = None
    assert (travel.between(DOORS[:2])[0] == estimate.between(DOORS[:2])[0]).all()


def test_an_engine_that_is_not_there_leaves_the_estimate():
    travel = EngineTravel(road_engine("osrm", "http://127.0.0.1:9"), CircuityTravel())
    assert (travel.between(DOORS)[1] == CircuityTravel().between(DOORS)[1]).all()
    assert "did not answer" in failure_of(travel)


def test_points_of_another_datum_never_reach_the_engine(engine, service):
    with pytest.raises(BadInput, match="WGS-84"):
        EngineTravel(engine, CircuityTravel()).between([Point(37.44, 116.36, Datum.GCJ02)])
    assert not service.asked


@pytest.mark.parametrize(("kind", "url"), [("google", "http://roads"), ("osrm", "file:///etc/passwd")])
def test_a_setting_that_names_no_road_engine_is_refused_by_name(kind, url):
    with pytest.raises(BadInput, match="ZOUFANG_ROADS"):
        road_engine(kind, url)
