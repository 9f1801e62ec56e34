"""Pages of the imports: the list, the upload, the wizard, the result."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zoufang.files.fields import KINDS, schema
from zoufang.files.tables import Table
from zoufang.files.templates import write_template
from zoufang.server.book import exports, queries, services
from zoufang.server.book.forms import FAULTS, MODES, UploadForm, column_choices, sum_choices
from zoufang.server.book.importing import day_of_receipt
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.previewing import draft_for, left_sheets, sheet_choices, shown_rows
from zoufang.server.book.rejects import rejects_xlsx
from zoufang.server.book.reveals import note_once_a_day
from zoufang.server.book.uploads import Upload, keep_upload, upload_of
from zoufang.server.book.wizard import preview
from zoufang.server.book.work import start_import
from zoufang.server.jobs.views import answer_to
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.imports(_user(request)), 25).get_page(request.GET.get("page"))
    context = {"page": page, "may_import": may(_user(request), "import_file"), "kinds": [schema(k) for k in KINDS]}
    return render(request, "book/import_list.html", context)


@login_required
def import_new(request: HttpRequest) -> HttpResponse:
    """Take a file in; what it means is settled on the next page."""
    require(_user(request), "import_file")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        upload = keep_upload(pieces=sent.chunks(), file_name=sent.name, by=_user(request))
        chosen = {name: form.cleaned_data[name] for name in ("mapping", "kind", "system")}
        request.session[f"import-{upload.id}"] = chosen
        return redirect("import_wizard", upload.id)
    return render(request, "book/import_new.html", {"form": form, "kinds": [schema(k) for k in KINDS]})


@login_required
def import_wizard(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Show how the file is understood; each change of a select asks again."""
    upload = upload_of(upload_id, _user(request))
    started = request.session.setdefault(f"import-{upload_id}", {})
    if chosen := request.GET.get("sheet"):
        started["sheet"], request.session.modified = chosen, True
    with draft_for(upload, started, request.POST) as (draft, table):
        seen = preview(draft, table, day_of_receipt())
    context = {"upload": upload, "draft": draft, "table": table, "preview": seen, "rows": shown_rows(seen)}
    context |= {"columns": column_choices(draft), "sums": sum_choices(draft), "modes": MODES, "faults": FAULTS}
    context["sheets"] = sheet_choices(table)
    part = request.headers.get("HX-Request")
    return render(request, "book/wizard_body.html" if part else "book/import_wizard.html", context)


@login_required
@require_POST
def import_run(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    upload = upload_of(upload_id, _user(request))
    started = request.session.get(f"import-{upload_id}", {})
    with draft_for(upload, started, request.POST) as (draft, table):
        mapping, left = draft.mapping(), left_sheets(table)
    if request.POST.get("save"):
        services.save_mapping(mapping=mapping, by=_user(request), at=now())
    _keep_rest(request, upload, started, table, left)
    smaller = bool(request.POST.get("accept_smaller"))
    job = start_import(upload=upload, mapping=mapping, by=_user(request), accept_smaller=smaller)
    return answer_to(request, job)


def _keep_rest(
    request: HttpRequest, upload: Upload, started: dict[str, Any], table: Table, left: list[str]
) -> None:
    """Sheets that this import leaves out are offered as imports of their own on the page of its result."""
    done = [*started.get("done", []), *(sheet.name for sheet in table.sheets if sheet.chosen)]
    rest = [name for name in left if name not in done]
    request.session.pop("import-rest", None)
    if rest:
        twin = upload.another()
        request.session[f"import-{twin.id}"] = {
            "system": started.get("system", ""),
            "done": done,
            "sheet": rest[0],
        }
        request.session["import-rest"] = {"upload": str(twin.id), "sheets": rest}


@login_required
@require_GET
def import_result(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    batch = queries.import_batch(batch_id, _user(request))
    page = Paginator(range(batch.rejects.count()), PAGE).get_page(request.GET.get("page"))
    lines = queries.rejects(batch, start=page.start_index() - 1 if page.object_list else 0, limit=PAGE)
    if lines:
        note_once_a_day(
            party=None,
            what="rejects",
            purpose=RevealPurpose.IMPORT,
            by=_user(request),
            at=now(),
            subject=str(batch.pk),
            branch=batch.branch,
        )
    context = {"batch": batch, "page": page, "lines": lines, "schema": schema(batch.kind)}
    context["rest"] = request.session.get("import-rest")
    return render(request, "book/import_result.html", context)


@login_required
@require_GET
def import_rejects(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The rejected rows as XLSX; that they left the house is recorded."""
    batch = queries.import_batch(batch_id, _user(request))
    services.record_download(batch=batch, by=_user(request), at=now())
    mark = exports.stamp(_user(request), now())
    content = rejects_xlsx(batch, mark.line)
    exports.keep_export(mark=mark, kind="rejects", content=content, subject=str(batch.pk), branch=batch.branch)
    return _sheet(content, f"rejects-{batch.pk}.xlsx")


@login_required
@require_GET
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    require(_user(request), "see_imports")
    into = BytesIO()
    write_template(into, schema(kind).kind)
    return _sheet(into.getvalue(), f"zoufang-{kind}.xlsx")


def _user(request: HttpRequest) -> User:
    """Behind login_required there is one."""
    return cast(User, request.user)


def _sheet(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
