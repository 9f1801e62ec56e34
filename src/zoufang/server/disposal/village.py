"""Help asked at a village committee: who helped, which place; nothing from which they could learn of the debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.disposal import WORDS_VERSION, tells_of_debt
from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.disposal.village_models import VillageHelp
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit


@dataclass(frozen=True, slots=True)
class Helped:
    """What came of asking. `name`: of whoever helped; `way`: how the door is found."""

    id: UUID
    helper: VillageHelp.Helper
    village: str
    result: VillageHelp.Result
    name: str = ""
    way: str = ""


@transaction.atomic
def record_help(*, helped: Helped, visit: Visit, by: User, at: datetime) -> VillageHelp:
    """Kept once. BadInput where the words would tell of the debt to whoever reads them at the committee."""
    require(by, "ask_village", visit)
    if (kept := VillageHelp.objects.filter(pk=helped.id).first()) is not None:
        return kept
    for text in (helped.village, helped.name, helped.way):
        if (word := tells_of_debt(text)) is not None:
            said = gettext_noop('"%(word)s" tells of the matter. Write the place and the way only.')
            raise BadInput(Message(said, {"word": word}))
    if not helped.village.strip():
        raise BadInput(Message(gettext_noop("Name the village or neighbourhood.")))
    sealed = {"name": helped.name.strip(), "way": helped.way.strip()}
    row = VillageHelp.objects.create(
        id=helped.id,
        visit=visit,
        branch=visit.branch,
        helper=helped.helper,
        village=helped.village.strip(),
        result=helped.result,
        words_version=WORDS_VERSION,
        sealed=vault.seal(visit.whom.key, sealed, "village_help"),
        by=by,
        at=at,
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="ask_village",
        subject_kind="visit",
        subject_id=visit.pk,
        branch_code=visit.branch.code,
        details={"helper": helped.helper, "result": helped.result, "words": WORDS_VERSION},
    )
    return row
