"""Runs statements in DuckDB or PostgreSQL: python query.py TARGET < STATEMENTS, TARGET as load.py takes it.

STATEMENTS is a JSON list of texts. Prints a JSON list: of each statement its rows, as objects with every value as text,
numbers without zeros at their end.
"""

import json
import sys
from decimal import Decimal


def as_text(value: object) -> str | None:
    if isinstance(value, (Decimal, float)):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if value is None else str(value)


def main(target: str) -> None:
    if "://" in target:
        import psycopg2

        connection = psycopg2.connect(target)
        connection.autocommit = True
    else:
        import duckdb

        connection = duckdb.connect(target)
    cursor = connection.cursor()
    answers = []
    for statement in json.load(sys.stdin):
        cursor.execute(statement)
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall() if cursor.description else []
        answers.append([dict(zip(names, map(as_text, row))) for row in rows])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
