"""Editions of what is published of closed years."""

import datetime as dt
from collections.abc import Iterator

import msgspec
from psycopg import Connection

from hamkar.policy.sight import Sight
from hamkar.statistics.published_table import PublishedYear
from hamkar.statistics.small_cells import Made
from hamkar.statistics.year_cells import SeizedLine
from hamkar.store.events import seen_by

_LINES_AT_ONCE = 10_000


def seized_lines(connection: Connection, year: int, sight: Sight) -> Iterator[SeizedLine]:
    """Every line of the seizures of a year that are seen, where year, country and substance are known."""
    seen = seen_by(sight)
    with connection.cursor("lines_of_a_year") as cursor:
        cursor.itersize = _LINES_AT_ONCE
        cursor.execute(
            "SELECT e.id, line.substance, e.country, line.amount, line.unit, line.status, line.doubtful"
            f" FROM (SELECT * FROM event WHERE date_earliest >= %s AND date_latest < %s AND {seen.sql}) e"
            " JOIN event_line line ON (line.event_id, line.from_rank) = (e.id, e.from_rank)"
            " WHERE e.country IS NOT NULL AND line.substance IS NOT NULL",
            (dt.date(year, 1, 1), dt.date(year + 1, 1, 1), *seen.values),
        )
        yield from (SeizedLine(*row) for row in cursor)


def filled_years(connection: Connection) -> list[int]:
    """The years in which there are seizures whose days lie in one year."""
    rows = connection.execute(
        "WITH RECURSIVE year AS (SELECT date_part('year', min(date_earliest))::integer AS year FROM event"
        " UNION ALL SELECT (SELECT date_part('year', min(date_latest))::integer FROM event"
        " WHERE date_latest >= make_date(year.year + 1, 1, 1)) FROM year WHERE year.year IS NOT NULL)"
        " SELECT year FROM year WHERE year IS NOT NULL ORDER BY year"
    )
    return [year for (year,) in rows]


def span_of(connection: Connection, year: int, sight: Sight) -> tuple[int, int]:
    """How many agencies a year's seizures are credited to, and how many seizures may be one with another."""
    seen = seen_by(sight)
    row = connection.execute(
        "SELECT count(DISTINCT nullif(agency, '')), count(*) - count(DISTINCT (date_latest, country, substances))"
        f" FROM event WHERE date_earliest >= %s AND date_latest < %s AND {seen.sql}",
        (dt.date(year, 1, 1), dt.date(year + 1, 1, 1), *seen.values),
    ).fetchone()
    return row or (0, 0)


def put_edition(
    connection: Connection, made: PublishedYear, basis: tuple[Made, ...], *, by: str, at: dt.datetime
) -> None:
    """Keep an edition of a year."""
    connection.execute(
        "INSERT INTO edition (year, number, made_at, made_by, body, basis) VALUES (%s, %s, %s, %s, %s, %s)",
        (made.year, made.edition, at, by, made.to_json().decode(), msgspec.json.encode(basis).decode()),
    )


def newest_editions(connection: Connection) -> list[PublishedYear]:
    """The newest edition of every year that was published, in order of years."""
    rows = connection.execute(
        "SELECT body::text FROM (SELECT DISTINCT ON (year) year, body FROM edition ORDER BY year, number DESC) e"
        " ORDER BY year"
    )
    return [PublishedYear.from_own_json(body.encode()) for (body,) in rows]


def basis_of(connection: Connection, year: int, number: int) -> tuple[Made, ...]:
    """What an edition was made from, which never leaves this node."""
    row = connection.execute(
        "SELECT basis::text FROM edition WHERE year = %s AND number = %s", (year, number)
    ).fetchone()
    return msgspec.json.decode(row[0], type=tuple[Made, ...]) if row else ()


def last_made_at(connection: Connection) -> dt.datetime | None:
    """When the last edition was made; None before the first."""
    row = connection.execute("SELECT max(made_at) FROM edition").fetchone()
    return row[0] if row else None
