"""Large areas: flat books, units, shared budgets by prices. `plan_region` is the way in."""

from zoufang.core.planning.region.book import MapRoads, RegionBook, Roads
from zoufang.core.planning.region.master import PassPoint, RegionRoutes, plan_region

__all__ = ["MapRoads", "PassPoint", "RegionBook", "RegionRoutes", "Roads", "plan_region"]
