"""Reads compiled SQL as a warehouse would: python parse.py DIALECT FOLDER. Exits 1 where a file is none of its SQL.

Every file must parse, and no name that is not quoted may be a word that the warehouse keeps for itself.
"""

import sys
from pathlib import Path

import sqlglot
from sqlglot import exp


def problems(dialect: str, sql: str) -> list[str]:
    try:
        parsed = sqlglot.parse(sql, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        return [str(error)]
    trees = [tree for tree in parsed if tree is not None]
    reserved = sqlglot.Dialect.get_or_raise(dialect).generator_class.RESERVED_KEYWORDS
    names = {each.name.lower() for tree in trees for each in tree.find_all(exp.Identifier) if not each.quoted}
    commands = [tree.sql() for tree in trees if isinstance(tree, exp.Command)]
    return [f"{name} is reserved" for name in sorted(names & set(reserved))] + commands


def main(dialect: str, folder: str) -> int:
    files = sorted(Path(folder).rglob("*.sql"))
    found = [f"{file.name}: {problem}" for file in files for problem in problems(dialect, file.read_text())]
    print("\n".join(found) or f"{len(files)} files of {dialect}")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
