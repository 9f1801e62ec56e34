"""The gazetteer by a page: taking places in, and placing the text-only addresses by them in the background."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.errors import BadField, ZoufangError
from zoufang.core.values import Datum, Message, gettext_noop
from zoufang.files.gazetteer import GazetteerFile, read_gazetteer
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages.reader import reader
from zoufang.server.places import queries
from zoufang.server.places.services import import_gazetteer
from zoufang.server.places.work import start_placing
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import require

SHOWN = 10
IN_ROW = gettext_noop("Row %(row)s, column %(column)s: %(what)s. %(remedy)s")


class GazetteerForm(forms.Form):
    """A file of places and whose it is; nothing is guessed about the datum."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX: code, name, level, parent, aliases, lat, lon, datum, radius_m"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Whose data, and of when"),
        max_length=120,
        help_text=gettext_lazy("Kept with every place, for example: county civil affairs office, 2026"),
    )
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates of rows that name none"),
        required=False,
        choices=[
            ("", gettext_lazy("Refuse such rows")),
            (Datum.WGS84, gettext_lazy("GPS, this page's map, CGCS2000 (WGS-84)")),
            (Datum.GCJ02, gettext_lazy("AMap or Tencent (GCJ-02)")),
            (Datum.BD09, gettext_lazy("Baidu (BD-09)")),
        ],
    )


@login_required
def gazetteer(request: HttpRequest) -> HttpResponse:
    """What was taken in so far, and a form for more. A wrong file changes nothing and says which row."""
    user = reader(request)
    require(user, "import_file")
    form = GazetteerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            read = _read(given["file"], given["datum"], given["source"])
            import_gazetteer(
                entries=read.entries,
                file_name=given["file"].name,
                source=given["source"],
                sha256=read.sha256,
                by=user,
                at=now(),
            )
        except ZoufangError as error:
            form.add_error("file", _told(error))
        else:
            messages.success(request, _("%(n)s places were taken in.") % {"n": f"{len(read.entries):,}"})
            return answer_to(request, start_placing(by=user))
    context: dict[str, Any] = {"form": form, "imports": queries.imports()[:SHOWN], "levels": queries.levels()}
    return render(request, "places/gazetteer.html", context)


def _read(sent: UploadedFile[Any], datum: str, source: str) -> GazetteerFile:
    with tempfile.NamedTemporaryFile(suffix=Path(sent.name or "").suffix) as kept:
        for piece in sent.chunks():
            kept.write(piece)
        kept.flush()
        return read_gazetteer(Path(kept.name), datum=Datum(datum) if datum else None, source=source)


def _told(error: ZoufangError) -> str:
    """What is wrong, where, and what to do, in the reader's language."""
    said = error.args[0]
    if isinstance(error, BadField):
        where = {"row": error.row, "column": error.field}
        said = Message(IN_ROW, {**where, "what": error.what, "remedy": error.remedy})
    return said.text(_) if isinstance(said, Message) else str(said)
