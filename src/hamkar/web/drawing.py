"""From a template and values to HTML: one strict, escaping environment a language."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hamkar.crypto.fingerprint import spoken
from hamkar.text.bidi import strip_bidi
from hamkar.web import days, figures, names
from hamkar.web.derivation import why
from hamkar.web.grades import grade_shown
from hamkar.web.language import Language, languages
from hamkar.web.script import script_tag
from hamkar.web.words import WORDS, word


@cache
def _environment(code: str) -> Environment:
    language = next(each for each in languages() if each.code == code)
    environment = Environment(
        loader=PackageLoader("hamkar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    environment.filters.update(_filters(language))
    environment.globals.update(
        language=language,
        languages=languages(),
        words=WORDS,
        stylesheet=stylesheet(),
        passkey_script=kept("passkey.js"),
        countries=names.country_choices(code),
        substances=names.substance_choices(code),
    )
    return environment


def draw(language: Language, template: str, values: Mapping[str, object]) -> str:
    """The page, in that language."""
    return _environment(language.code).get_template(template).render(values)


def stylesheet() -> str:
    """The address of the stylesheet."""
    return kept("hamkar.css")


@cache
def kept(name: str) -> str:
    """The address of a static file, which changes when the file does, so that browsers may keep it."""
    data = files("hamkar.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"


def said(text: str) -> Markup:
    """What somebody wrote, fit to stand in a page: escaped, in a direction of its own, without hidden controls."""
    clean = strip_bidi(text)
    tag = script_tag(clean)
    return Markup('<bdi lang="{}">{}</bdi>').format(tag, clean) if tag else Markup("<bdi>{}</bdi>").format(clean)


def _filters(language: Language) -> dict[str, Callable[..., object]]:
    def named(code: str, kind: str) -> str:
        return word(language, kind, code)

    def amount(value: Decimal, unit: str | None, unit_text: str, qualifier: str) -> str:
        return figures.amount(language, value, unit, strip_bidi(unit_text), qualifier)

    def day(value: date) -> str:
        return days.day(language, value)

    def moment(value: datetime) -> str:
        return days.moment(language, value)

    return {
        "word": named,
        "amount": amount,
        "day": day,
        "moment": moment,
        "said": said,
        "plain": strip_bidi,
        "fingerprint": spoken,
        "span": lambda pair: days.span(language, *pair),
        "number": partial(figures.number, language),
        "bounded": partial(figures.bounded_count, language),
        "country": partial(names.country_name, language),
        "substance": partial(names.substance_name, language),
        "province": names.province_name,
        "crossing": names.crossing_name,
        "why": partial(why, language),
        "graded": partial(grade_shown, language),
    }
