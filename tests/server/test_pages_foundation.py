import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from tests.server.language_check import assert_speaks_both, strangers
from tests.server.staffing import PASSWORD, a_bank, a_member
from zoufang.core.errors import BadField, BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages.middleware import ReadableErrors
from zoufang.server.staff.models import Role

pytestmark = pytest.mark.django_db


def rendered(source: str, **context) -> str:
    request = context.pop("request", None) or RequestFactory().get("/")
    return Template("{% load zoufang %}" + source).render(Context(context | {"request": request}))


def reader_of(unit: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = {"money_unit": unit}
    return request


def test_the_login_page_speaks_both_languages_and_chinese_first(client):
    a_bank()
    page = client.get(reverse("login"), headers={"accept-language": "en-US,en"}).content.decode()
    assert '<html lang="zh-Hans">' in page
    assert "登录" in page
    assert_speaks_both(client, reverse("login"))


def test_a_fresh_installation_without_a_bank_still_shows_the_login_page(client):
    assert client.get(reverse("login")).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_start_page_in_both_languages(client, role):
    client.force_login(a_member(role))
    assert_speaks_both(client, reverse("start"))


def test_without_signing_in_one_is_sent_to_the_login_page(client):
    assert client.get(reverse("start")).headers["Location"].startswith(reverse("login"))


def test_signing_in_leads_to_the_start_page(client):
    a_member("planner")
    answer = client.post(reverse("login"), {"username": "planner", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("start")


def test_demo_logins_show_only_in_a_simulated_bank_that_asks_for_them(client):
    a_member("visitor")
    assert "demo-person" not in client.get(reverse("login")).content.decode()
    with override_settings(ZOUFANG_SHOW_DEMO_LOGINS=True):
        assert 'data-username="visitor"' in client.get(reverse("login")).content.decode()


@override_settings(ZOUFANG_SHOW_DEMO_LOGINS=True)
def test_a_real_bank_never_shows_demo_logins(client):
    a_bank(simulated=False)
    a_member("visitor")
    assert "demo-person" not in client.get(reverse("login")).content.decode()


@pytest.mark.parametrize(("simulated", "shown"), [(True, 1), (False, 0)])
def test_a_simulated_bank_says_so_and_a_real_one_does_not(client, simulated, shown):
    a_bank(simulated=simulated)
    client.force_login(a_member("manager"))
    assert client.get(reverse("start")).content.decode().count('class="simulated"') == shown


@override_settings(AXES_ENABLED=True)
def test_six_wrong_passwords_lock_the_login_with_a_readable_page(client):
    a_member("planner")
    for _ in range(6):
        answer = client.post(reverse("login"), {"username": "planner", "password": "wrong"})
    assert answer.status_code == 429
    assert not strangers(answer.content.decode(), "zh-hans")


def test_the_reader_chooses_the_unit_and_comes_back(client):
    client.force_login(a_member("manager"))
    answer = client.post(reverse("choose_unit"), {"unit": "wan", "next": "/?page=2"})
    assert answer.headers["Location"] == "/?page=2"
    assert client.session["money_unit"] == "wan"


def test_choosing_a_unit_never_leads_to_another_site(client):
    client.force_login(a_member("manager"))
    answer = client.post(reverse("choose_unit"), {"unit": "yuan", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("start")


def test_an_unknown_unit_is_bad_input_and_says_what_to_do_in_both_languages(client):
    client.force_login(a_member("manager"))
    answer = client.post(reverse("choose_unit"), {"unit": "dollar"})
    assert answer.status_code == 422
    assert "dollar" in answer.content.decode()


@pytest.mark.parametrize(("unit", "shown"), [("yuan", "1,234,567.89"), ("wan", "123.46")])
def test_money_is_shown_in_the_readers_unit_with_the_exact_yuan_beside(unit, shown):
    html = rendered("{% money fen %}", fen=123456789, request=reader_of(unit))
    assert f">{shown}<" in html
    assert 'title="¥1,234,567.89"' in html


def test_what_is_signed_is_always_in_yuan():
    assert rendered("{{ fen|yuan }}", fen=123456789, request=reader_of("wan")) == "1,234,567.89"


def test_an_unknown_amount_is_not_shown_as_zero():
    assert "0" not in rendered("{% money fen %}", fen=None)


def test_a_stored_message_is_said_in_the_readers_language():
    stored = Message(gettext_noop("Business date"), {}).as_json()
    assert rendered("{{ m|said }}", m=stored) == "营业日期"


def test_a_message_cannot_bring_markup_into_the_page():
    assert "<b>" not in rendered("{{ m|said }}", m=Message("%(x)s", {"x": "<b>"}))


@pytest.mark.parametrize("word", ["allow", "warn", "block"])
def test_a_verdict_is_told_by_words_and_not_by_colour_alone(word):
    html = rendered("{% verdict word %}", word=word)
    assert not strangers(html, "zh-hans")
    assert "<use " in html


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotPermitted("no"), 403),
        (NotFound("none"), 404),
        (Conflict("late"), 409),
        (BadInput("what"), 422),
        (BadField("Date is missing", field="due_date", row=4, remedy="Fill it in"), 422),
    ],
)
def test_each_error_by_name_has_its_status_and_a_readable_page(error, status):
    a_bank()
    request = RequestFactory().get("/x/")
    answer = ReadableErrors(lambda _: None).process_exception(request, error)
    assert answer.status_code == status
    assert str(error) in answer.content.decode().replace("&#x27;", "'")


def test_a_caller_that_wants_json_gets_the_error_as_json():
    request = RequestFactory().get("/x/", headers={"accept": "application/json"})
    answer = ReadableErrors(lambda _: None).process_exception(request, Conflict("late"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/json")


def test_an_error_in_part_of_a_page_goes_to_the_messages_at_its_top():
    request = RequestFactory().get("/x/", headers={"hx-request": "true"})
    answer = ReadableErrors(lambda _: None).process_exception(request, Conflict("late"))
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#messages")
    assert "<html" not in answer.content.decode()


def test_surprises_are_left_to_the_log():
    assert ReadableErrors(lambda _: None).process_exception(RequestFactory().get("/"), ValueError()) is None


def test_an_address_that_does_not_exist_speaks_both_languages(client):
    a_bank()
    assert_speaks_both(client, "/nowhere/", status=404)


def test_a_broken_page_tells_the_user_what_to_do():
    from django.views.defaults import server_error

    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert not strangers(answer.content.decode(), "zh-hans")


def test_no_page_may_load_from_elsewhere_or_run_inline_scripts(client):
    answer = client.get(reverse("login"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert "style=" not in html
    assert "onclick=" not in html


def test_a_form_without_its_token_is_refused_with_a_readable_page():
    a_bank()
    answer = Client(enforce_csrf_checks=True).post(reverse("login"), {})
    assert answer.status_code == 403
    assert not strangers(answer.content.decode(), "zh-hans")
