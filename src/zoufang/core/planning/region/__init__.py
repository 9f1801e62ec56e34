"""Large areas: flat books, units, shared budgets by prices. Used through `plan_region` and `plan_by_units`."""

from zoufang.core.planning.region.book import MapRoads, RegionBook, Roads
from zoufang.core.planning.region.master import PassPoint, RegionRoutes, plan_region

__all__ = ["MapRoads", "PassPoint", "RegionBook", "RegionRoutes", "Roads", "plan_region"]
