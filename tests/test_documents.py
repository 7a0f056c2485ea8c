"""Travel documents: one spelling each, and pseudonyms that nobody can make without the key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams.families
from puyango.members import members
from streams.judging import document, identifier
from streams.judging.document import Document
from streams.privacy.pseudonym import PseudonymKey, token

KEY = PseudonymKey("2026-01-01", b"a golden key of 32 bytes, no secret")


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        ("dni", "00000042", Document("00000042")),
        ("dni", "0000042", Document("00000042", "", ("padded",))),
        ("dni", " 0000-042", Document("00000042", "", ("normalised", "padded"))),
        ("dni", "000000042", Document("", "bad_code")),
        ("dni", "٠٠٠٠٠٠٤٢", Document("", "bad_code")),
        ("dni", "", Document("", "bad_code")),
        ("cedula", "0190000000", Document("0190000000")),
        ("cedula", "190000000", Document("0190000000", "", ("padded",))),
        ("cedula", "0190000001", Document("", "checksum_failed")),
        ("cedula", "3090000005", Document("3090000005")),
        ("cedula", "2790000000", Document("", "bad_code")),
        ("cedula", "0090000000", Document("", "bad_code")),
        ("cedula", "90000000", Document("", "bad_code")),
        ("passport", "XX000042", Document("XX000042")),
        ("passport", " xx-000.042 ", Document("XX000042", "", ("normalised",))),
        ("passport", "XX000/42", Document("", "bad_code")),
        ("passport", "\u0425X000042", Document("", "bad_code")),
        ("plate", " xx0-0042", Document("XX00042", "", ("normalised",))),
        ("plate", "\u0410XX0042", Document("", "bad_code")),
        ("plate", "XX0", Document("", "bad_code")),
    ],
)
def test_a_document_has_one_spelling_or_a_reason(kind: str, sent: str, expected: Document) -> None:
    """Two spellings of one number would count one person twice."""
    assert document.normalised(kind, sent) == expected


@given(st.from_regex(r"(0[1-9]|1[0-9]|2[0-4]|30)9[0-9]{6}", fullmatch=True), st.integers(0, 9))
def test_only_one_check_digit_fits_a_cedula(number: str, digit: int) -> None:
    """A mistyped digit must not become another person. Kills a weight of 1 where 2 belongs, and nines not cast out."""
    fits = document.modulus_10(number) == digit
    assert document.normalised("cedula", f"{number}{digit}").reason == ("" if fits else "checksum_failed")
    mistyped = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert document.modulus_10(mistyped) != document.modulus_10(number)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("traveller_token", "PE", "dni", "00000042"), "v2026-01-01.YMFFFYNFGKMKNL6SYRDXWLUN6R"),
        (("traveller_token", "EC", "cedula", "0190000000"), "v2026-01-01.SWEFO6OTMTMSXRZ3E3L75LY5QI"),
        (("traveller_token", "XX", "passport", "XX000042"), "v2026-01-01.BDVVGOO3GWFVSL4SWNUV5WFNJW"),
    ],
)
def test_a_token_is_the_golden_one(parts: tuple[str, str, str, str], expected: str) -> None:
    """A change of one bit of the construction would make every traveller a stranger; vectors made with openssl."""
    assert token(KEY, *parts) == expected


@given(st.tuples(*[st.text("AB1", max_size=3)] * 4), st.tuples(*[st.text("AB1", max_size=3)] * 4))
def test_different_documents_never_share_a_token(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    """Country A, number BC is not country AB, number C. Kills parts that are joined without their lengths."""
    assert (token(KEY, *one) == token(KEY, *other)) == (one == other)


def test_tokens_under_two_keys_cannot_be_joined() -> None:
    """Without an agreed key the two countries hold different tokens of the same person."""
    parts = ("traveller_token", "PE", "dni", "00000042")
    other = PseudonymKey("2026-01-01", b"another golden key of 32 bytes, no secret")
    assert token(KEY, *parts) != token(other, *parts)


@pytest.mark.parametrize(
    "text",
    [
        "DNI 00000042",
        "0190000001",
        "00.000.042",
        "a.b@example.org",
        "tel. +51 900-000-000",
        "pas. xx000042",
        "٠٠٠٠٠٠٤٢",
        "0000\u201300\u201342",
        "0000_0042",
        "000, 000, 42",
        "00·00·00·42",
        "0000\u200b0042",
        "00\u00ad000042",
        "0 0 0 / 0 0 0 : 42",
        "pas. xx:000.042",
        "a.b @ example . org",
        "a.b@example\u200b.org",
    ],
)
def test_an_identifier_is_found_in_any_spelling(text: str) -> None:
    """In doubt it is withheld: what has landed in clear cannot be called back."""
    assert identifier.found(text)


@pytest.mark.parametrize("text", ["Turista", "Port Huron", "Art. 66 No. 2", "Piedras Negras (2)", "10 000"])
def test_public_text_is_left_alone(text: str) -> None:
    """Withholding everything would be no better than publishing nothing."""
    assert not identifier.found(text)


def test_every_type_that_a_contract_lists_has_a_form() -> None:
    """A type without a form would stop the ingester at the first such document."""
    for contract in (module.CONTRACT for module in members(streams.families)):
        for field in contract.fields:
            if field.kind == "document":
                stem = field.name.removesuffix("_number")
                assert document.FORMS.keys() >= set(contract[f"{stem}_type"].codes)
                assert contract[f"{stem}_country"].kind == "code"
