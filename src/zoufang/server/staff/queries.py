"""Who works here."""

from __future__ import annotations

from django.db.models import Min

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.staff.models import Branch, User


def first_user_of_each_role() -> list[User]:
    """The ready log-ins of a demo bank, in the order in which they were made."""
    firsts = User.objects.filter(is_active=True).exclude(role="").values("role").annotate(first=Min("pk"))
    return list(
        User.objects.filter(pk__in=[row["first"] for row in firsts]).select_related("branch").order_by("pk")
    )


def branches_of(user: User) -> list[Branch]:
    """The user's own branch and those below it, in the order of the tree."""
    if user.branch is None:
        return []
    return list(Branch.objects.filter(path__startswith=user.branch.path).order_by("path"))


def branch_path(code: str = "") -> str:
    """The path of a branch by its code; without one, that of the whole bank. NotFound for a code nobody has."""
    if not code:
        return ""
    branch = Branch.objects.filter(code=code).first()
    if branch is None:
        raise NotFound(Message(gettext_noop("No branch has the code %(code)s."), {"code": code}))
    return branch.path
