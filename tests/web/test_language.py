"""Four languages: which one is spoken, and that each says everything."""

import re

import httpx
import pytest
from babel.messages.catalog import Message

from fixtures_web import Officer, words_of
from hamkar.web.language import choose_language, find_language, languages
from page_texts import held, texts

TRANSLATED = ("fa", "az", "ru")
_PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    catalogue = held(language)
    missing = []
    for message in texts():
        if message.id:
            found = catalogue.get(message.id)
            if found is None or found.fuzzy or not all(told(found)):
                missing.append(message.id)
    assert not missing, f"untranslated in {language}.po; run tests/page_texts.py and translate them"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    known = {message.id for message in texts()}
    assert [message.id for message in held(language) if message.id not in known] == []


def told(message: Message) -> list[str]:
    """Every form of a translation."""
    given = message.string or ""
    return [given] if isinstance(given, str) else list(given)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_names_exactly_the_places_of_its_text(language: str) -> None:
    wrong = []
    for message in held(language):
        if message.id:
            one, many = message.id if isinstance(message.id, tuple) else (message.id, message.id)
            spared, wanted = set(_PLACES.findall(str(one))), set(_PLACES.findall(str(many)))
            wrong += [form for form in told(message) if not spared <= set(_PLACES.findall(form)) <= wanted]
    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_breaks_an_attribute(language: str) -> None:
    forms = [form for message in held(language) if message.id for form in told(message)]
    assert not [form for form in forms if '"' in form or "<" in form]


@pytest.mark.parametrize(
    ("chosen", "accepted", "spoken"),
    [
        ("", "", "en"),
        ("ru", "fa", "ru"),
        ("", "fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        ("", "de, az;q=0.3, ru;q=0.7", "ru"),
        ("", "de", "en"),
        ("xx", "az", "az"),
        ("", "ru;q=0, az;q=0.1", "az"),
        ("", ",;q=,,en;q=x" + "a" * 10_000, "en"),
    ],
)
def test_the_chosen_language_goes_before_the_browsers(chosen: str, accepted: str, spoken: str) -> None:
    assert choose_language(chosen, accepted).code == spoken


def test_a_language_is_chosen_by_a_link_and_remembered(officer: Officer) -> None:
    answer = officer.browser.get("/language/fa?back=/seizures")
    assert answer.headers["location"] == "/seizures"
    page = officer.browser.get("/seizures").text
    assert '<html lang="fa" dir="rtl">' in page
    assert "کشفیات" in words_of(page)
    officer.browser.get("/language/en")


@pytest.mark.parametrize("back", ["https://example.org", "//example.org", "/\\example.org"])
def test_choosing_a_language_never_leads_to_another_site(stranger: Officer, back: str) -> None:
    assert stranger.browser.get("/language/xx", params={"back": back}).headers["location"] == "/"


def test_days_and_numbers_are_written_as_the_language_writes_them(officer: Officer, event: str) -> None:
    shown = {}
    for code in ("en", "fa", "az", "ru"):
        officer.browser.get(f"/language/{code}")
        shown[code] = officer.read(f"/seizures/{event}")
    officer.browser.get("/language/en")
    assert "29 Nov 2019" in shown["en"]
    assert "۲۹ نوامبر ۲۰۱۹ (۸ آذر ۱۳۹۸)" in shown["fa"]
    assert "۹۳۳.۱۵۵ کیلوگرم" in shown["fa"]
    assert "29 noy 2019" in shown["az"]
    assert "933,155 kq" in shown["az"]
    assert "29 нояб. 2019" in shown["ru"]
    assert "свыше 900 кг" in shown["ru"]


@pytest.mark.parametrize("code", ["en", "fa", "az", "ru"])
def test_every_page_speaks_every_language(officer: Officer, event: str, code: str) -> None:
    officer.browser.get(f"/language/{code}")
    for address in ("/", f"/seizures/{event}/release", "/inbox", "/status", "/partners", "/agreements/new", "/imports"):
        answer = officer.browser.get(address)
        assert answer.status_code == 200
        assert f'<html lang="{code}"' in answer.text


def test_letters_are_sorted_as_each_language_sorts_them() -> None:
    for code, ordered in {
        "en": ["Azerbaijan", "Iran", "Türkiye"],
        "az": ["Çexiya", "Əfqanıstan", "İran", "Ukrayna"],
        "fa": ["افغانستان", "ایران", "پاکستان", "ترکیه", "گرجستان"],
        "ru": ["Афганистан", "Ёлка", "Иран"],
    }.items():
        language = find_language(code)
        assert language
        turned = list(reversed(ordered))
        assert sorted(turned, key=language.order) == ordered


def test_each_language_names_itself() -> None:
    assert [language.name for language in languages()] == ["English", "فارسی", "Azərbaycanca", "Русский"]


def test_the_error_page_speaks_the_language_of_the_browser(url: str) -> None:
    answer = httpx.get(url + "/nowhere", headers={"accept-language": "ru"})
    assert answer.status_code == 404
    assert "Не выполнено" in answer.text
