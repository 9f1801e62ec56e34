"""Old ciphertexts under new settings and keys: readable at every moment, found by search, the old key retired."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.db import connection

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import ID_NO, a_customer
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import SourceCode
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import verify
from zoufang.server.book import ciphers, rotation, vault
from zoufang.server.book.envelopes import ENVELOPES, counted
from zoufang.server.book.key_status import key_status
from zoufang.server.book.keyring import read_keyring, write_keyring
from zoufang.server.book.models import Party, Phone
from zoufang.server.book.queries import find_party
from zoufang.server.book.services import add_phone

PHONE = "13812345678"
SM4, AES = ciphers.Algorithm.SM4, ciphers.Algorithm.AES


@pytest.fixture
def keys(tmp_path, settings):
    settings.ZOUFANG_KEY_FILE = tmp_path / "installation.key"
    settings.ZOUFANG_FILES = tmp_path / "files"
    return settings.ZOUFANG_KEY_FILE


@pytest.fixture
def people(db, keys):
    a_bank()
    made = [a_customer(f"C{number}", name=f"张三{number}") for number in range(7)]
    for party in made:
        party.name_index = vault.blind_index(party.identity["name"], "name")
        party.save()
    add_phone(
        party=made[0],
        number=PHONE,
        source_code=SourceCode.CONTRACT,
        source_on=TODAY - timedelta(days=9),
        by=a_member("manager"),
        at=NOW,
    )
    return made


def silent(what, done, total):
    return None


def rotate(batch=3, tell=silent):
    return rotation.rotate(at=NOW, batch=batch, tell=tell)


def readable() -> None:
    """Names, addresses and phones open, and search finds by name and by phone."""
    for party in Party.objects.order_by("source_key"):
        assert party.identity == {"name": f"张三{party.source_key[1:]}", "id_no": ID_NO}
        assert party.addresses.get().place["text"].startswith("德州市")
        assert find_party(party.identity["name"], a_member("planner")) == [party]
    assert Phone.objects.select_related("party").get().number == PHONE
    assert [one.source_key for one in find_party(PHONE[-4:], a_member("planner"))] == ["C0"]


def test_a_ciphertext_names_its_cipher_and_the_version_of_its_key():
    key = vault.new_key()
    for algorithm in ciphers.Algorithm:
        sealed = ciphers.sealer(key, algorithm, 3).seal(b"x", b"name")
        assert ciphers.read_head(sealed) == (algorithm, 3)
        assert ciphers.open_with(key, sealed, b"name") == b"x"


def test_what_was_sealed_before_ciphertexts_named_their_cipher_opens(keys):
    key, nonce = vault.new_key(), bytes(12)
    old = nonce + AESGCM(key).encrypt(nonce, b'"x"', b"name")
    assert vault.unseal(key, old, "name") == "x"
    unlucky = ciphers.head_of(SM4, 1) + bytes(6)  # a nonce that happens to look like the head of today
    assert vault.unseal(key, unlucky + AESGCM(key).encrypt(unlucky, b'"x"', b"name"), "name") == "x"


def test_sm4_agrees_with_the_sums_of_the_standard():
    """RFC 8998, A.1: SM4-GCM."""
    given = bytes.fromhex("0123456789abcdeffedcba9876543210")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    aead = ciphers.Sm4Gcm(b"")
    aead._key = given
    nonce, bound = (
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    sealed = aead.encrypt(nonce, plain, bound)
    assert sealed[-16:].hex() == "83de3541e4c2b58177e065a9bf7b62ec"
    assert aead.decrypt(nonce, sealed, bound) == plain


def test_after_switching_the_cipher_old_and_new_open_side_by_side(people, settings):
    settings.ZOUFANG_CIPHER = SM4
    new = a_customer("C7", name="张三7")
    new.name_index = vault.blind_index("张三7", "name")
    new.save()
    assert ciphers.read_head(bytes(new.sealed)) == (SM4, 1)
    readable()


@pytest.mark.parametrize("wrong", ["DES", ""])
def test_a_setting_that_names_no_cipher_is_refused(keys, settings, wrong):
    settings.ZOUFANG_CIPHER = wrong
    with pytest.raises(BadInput):
        vault.seal(vault.new_key(), "x", "name")


def test_a_changed_ciphertext_opens_under_neither_cipher(settings, keys):
    for cipher in ciphers.Algorithm:
        settings.ZOUFANG_CIPHER = cipher
        key = vault.new_key()
        sealed = bytearray(vault.seal(key, "x", "name"))
        sealed[-1] ^= 1
        with pytest.raises(BadInput):
            vault.unseal(key, bytes(sealed), "name")


def test_a_rotation_puts_every_key_under_the_new_one_and_retires_the_old(people, keys):
    done = rotate()
    assert (done.version, done.wrapped) == (2, len(people))
    status = key_status()
    assert [(key["version"], key["rows"], bool(key["retired"])) for key in status["keys"]] == [
        (1, 0, True),
        (2, len(people), False),
    ]
    assert not status["rotating"]
    readable()
    lines = AuditLine.objects.filter(subject_kind="key").values_list("action", flat=True)
    assert list(lines) == ["begin_key_rotation", "end_key_rotation"]
    assert verify() == []


def test_search_no_longer_answers_to_the_old_index_once_it_is_over(people, keys):
    before = vault.blind_index(PHONE, "phone")
    rotate()
    assert not Phone.objects.filter(number_index=before).exists()


def test_the_old_key_file_alone_opens_nothing_after_the_rotation(people, keys):
    old = keys.read_bytes()
    rotate()
    keys.write_bytes(old)
    with pytest.raises(BadInput):
        _ = Party.objects.first().identity


def test_stopped_after_any_batch_everything_is_readable_and_the_next_call_ends_it(people, keys):
    """The process dies after batch 1, then 2, ...; rows under both keys are read and found meanwhile."""
    deaths = 0
    for last in range(1, 40):
        calls = iter(range(1, 1000))

        def die(what, done, total, last=last, calls=calls):
            if next(calls) == 1 + last % 3:
                raise KeyboardInterrupt

        try:
            rotate(batch=2, tell=die)
            break
        except KeyboardInterrupt:
            deaths += 1
            readable()
    assert deaths > 2
    readable()
    assert read_keyring(keys).current == 2
    assert not key_status()["rotating"]


def test_between_the_last_row_and_the_new_key_file_a_crash_harms_nothing(people, keys, monkeypatch):
    monkeypatch.setattr(rotation, "write_keyring", lambda path, ring: _dies_at_the_end(path, ring))
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()
    readable()
    assert key_status()["rotating"]
    assert rotate().version == 2
    assert AuditLine.objects.filter(action="end_key_rotation").count() == 1


def _dies_at_the_end(path, ring):
    if not ring.turning:
        raise KeyboardInterrupt
    write_keyring(path, ring)


def test_files_wait_while_keys_rotate(people, keys):
    write_keyring(keys, read_keyring(keys).with_new_key(NOW))
    with pytest.raises(Conflict):
        vault.require_settled()
    rotate()
    vault.require_settled()


def test_only_a_retired_key_that_nothing_hangs_on_is_destroyed(people, keys):
    with pytest.raises(Conflict):
        rotation.drop(version=1, at=NOW)
    rotate()
    with pytest.raises(Conflict):
        rotation.drop(version=2, at=NOW)
    rotation.drop(version=1, at=NOW)
    assert [key.version for key in read_keyring(keys).keys] == [2]
    readable()


def test_a_destroyed_person_stays_destroyed_through_a_rotation(people, keys):
    Party.objects.filter(pk=people[3].pk).update(wrapped_key=b"")
    rotate()
    assert bytes(Party.objects.get(pk=people[3].pk).wrapped_key) == b""


def test_every_wrapped_key_of_the_models_is_known_to_the_rotation():
    known = {(one.label, one.field) for one in ENVELOPES}
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("wrapped")
    }
    assert found == known


def test_keys_are_counted_by_cipher_and_version(people, settings):
    settings.ZOUFANG_CIPHER = SM4
    rotate()
    assert counted(ENVELOPES[0]) == {(SM4, 2): len(people)}


SEED = """
from datetime import date
from uuid import uuid4
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Level
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
staff.open_bank(business_date=date(2026, 5, 11), simulated=True, seed=7)
head = staff.add_branch(code="3714", name="总行", level=Level.HEAD_OFFICE)
for n in range(300):
    pk, key = uuid4(), vault.new_key()
    party = Party.objects.create(id=pk, source_system="core", source_key=f"C{n}", branch=head,
        wrapped_key=vault.wrap(key, str(pk)), sealed=vault.seal(key, {"name": f"人{n}", "id_no": ""}, "party"),
        name_index=vault.blind_index(f"人{n}", "name"))
    Phone.objects.create(party=party, sealed=vault.seal(key, f"138{n:08d}", "phone"),
        number_index=vault.blind_index(f"138{n:08d}", "phone"), last4_index=b"x")
"""
CHECK = """
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
for party in Party.objects.all():
    n = party.source_key[1:]
    assert party.identity["name"] == f"人{n}"
    assert Party.objects.filter(name_index__in=vault.blind_indexes(f"人{n}", "name")).get() == party
for phone in Phone.objects.select_related("party"):
    assert phone.number == f"138{int(phone.party.source_key[1:]):08d}"
    assert phone.number_index in vault.blind_indexes(phone.number, "phone")
print("readable", Party.objects.count(), vault.vault_at(vault.key_file()).ring.turning)
"""


ROTATE = """
from zoufang.server.book import rotation
from zoufang.server.staff.clock import now
rotation.rotate(at=now(), batch=1, tell=lambda what, done, total: None)
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the processes share a SQLite file")
@pytest.mark.django_db
def test_killed_with_sigkill_at_random_points_nothing_is_lost(tmp_path):
    """Real processes on a real SQLite file; the schema is that of the test's database."""
    connection.ensure_connection()
    with sqlite3.connect(tmp_path / "zoufang.sqlite3") as file:
        file.executescript("\n".join(connection.connection.iterdump()))
    env = os.environ | {"ZOUFANG_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zoufang.server.settings.dev"}

    def begin(code: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", f"import django; django.setup(){code}"]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ran(code: str) -> str:
        process = begin(code)
        told, error = process.communicate()
        assert process.returncode == 0, error
        return told

    ran(SEED)
    chance, killed = random.Random(7), 0
    for _turn in range(3):
        process = begin(ROTATE)
        while (tmp_path / "installation.key").stat().st_size == 32 and process.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 1.5))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        assert "readable 300" in ran(CHECK)
    ran(ROTATE)
    assert "readable 300 False" in ran(CHECK)
    assert killed > 0
