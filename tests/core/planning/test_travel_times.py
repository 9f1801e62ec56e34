import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import SEAT, near

from zoufang.core.errors import BadInput
from zoufang.core.planning import CircuityTravel, RoadClass, TravelPolicy
from zoufang.core.planning.travel import straight_line_m
from zoufang.core.values import Datum, Point, distance_m

points = st.builds(Point, st.floats(30, 45), st.floats(100, 125))


@settings(max_examples=50)
@given(st.lists(points, min_size=2, max_size=6))
def test_straight_lines_agree_with_the_haversine(doors):
    line = straight_line_m(doors)
    for i, a in enumerate(doors):
        for j, b in enumerate(doors):
            assert line[i, j] == pytest.approx(distance_m(a, b), abs=0.05)


def test_neighbouring_doors_are_measured_to_the_centimetre():
    assert straight_line_m([SEAT, near(0.010)])[0, 1] == pytest.approx(distance_m(SEAT, near(0.010)), abs=0.01)


def test_a_leg_is_line_times_circuity_at_its_roads_speed_plus_parking():
    policy = TravelPolicy(roads=(RoadClass("any", 10**8, 1.5, 36.0),), parking_seconds=100)
    door = near(10)
    seconds, metres = CircuityTravel(policy).between([SEAT, door])
    assert metres[0, 1] == pytest.approx(1.5 * distance_m(SEAT, door), abs=1)
    assert seconds[0, 1] == pytest.approx(metres[0, 1] / 10 + 100, abs=1)


def test_longer_legs_use_faster_roads():
    seconds, metres = CircuityTravel().between([SEAT, near(2), near(12), near(60)])
    speed = metres[0, 1:] / (seconds[0, 1:] - 150)
    assert speed[0] < speed[1] < speed[2]


def test_the_next_door_needs_no_second_parking_and_the_same_door_no_time():
    seconds, metres = CircuityTravel().between([SEAT, near(0.05), SEAT])
    assert 0 < seconds[0, 1] < 60
    assert seconds[0, 2] == metres[0, 2] == 0


def test_seconds_and_metres_are_whole_numbers():
    seconds, metres = CircuityTravel().between([SEAT, near(3)])
    assert seconds.dtype == metres.dtype == np.int64


def test_points_of_a_shifted_datum_are_refused():
    with pytest.raises(BadInput, match="WGS-84"):
        CircuityTravel().between([SEAT, Point(37.4, 116.4, Datum.GCJ02)])
