"""Who works here."""

from __future__ import annotations

from django.db.models import Min

from zoufang.server.staff.models import User


def first_user_of_each_role() -> list[User]:
    """The ready log-ins of a demo bank, in the order in which they were made."""
    firsts = User.objects.filter(is_active=True).exclude(role="").values("role").annotate(first=Min("pk"))
    return list(
        User.objects.filter(pk__in=[row["first"] for row in firsts]).select_related("branch").order_by("pk")
    )
