"""The benchmark's province is its regions side by side: nothing of one is numbered as another's."""

from __future__ import annotations

import numpy as np

from benchmarks.planning.province import book_of_province
from benchmarks.planning.region import region
from benchmarks.planning.scale_book import book_of


def test_two_regions_in_one_book_share_no_customer_point_branch_or_crew():
    both = book_of_province("400/12/1", 1, each=200)
    first, second = (book_of(region("200/6/1", 1000 + k)) for k in (0, 1))
    assert (both.customers, both.vehicles) == (400, 12)
    assert both.options == first.options + second.options
    of_second = both.customer >= first.customers
    assert both.place[of_second].min() >= len(first.points) > both.place[~of_second].max()
    assert set(both.branch[: first.customers]) == set(first.branch)
    assert not set(both.vehicle_branch[:6]) & set(both.vehicle_branch[6:])
    assert not set(both.crew[:6]) & set(both.crew[6:])


def test_a_region_in_the_province_keeps_its_distances_and_worth():
    both = book_of_province("400/12/1", 1, each=200)
    second = book_of(region("200/6/1", 1001))
    place = both.place[both.customer >= 200]
    moved = both.points[place] - second.points[second.place]
    assert np.allclose(moved, moved[0])
    assert np.array_equal(both.value[both.customer >= 200], second.value)
