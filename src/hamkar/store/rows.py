"""Writing rows: many in one COPY, one alone by an INSERT, which takes a round trip less."""

from collections.abc import Sequence

from psycopg import Connection


def put_rows(connection: Connection, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    """Write the rows; ``columns`` names them with commas between, in the order in which each row has them."""
    if len(rows) == 1:
        places = ", ".join("%s" for _ in rows[0])
        connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows[0])
    elif rows:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
