"""Loads what the connector wrote into PostgreSQL or DuckDB, as a destination of Airbyte does.

    python load.py CATALOG TARGET [SCHEMA] < MESSAGES

CATALOG is the configured catalog of the read, MESSAGES the lines it wrote. TARGET is postgresql://USER@HOST/DATABASE or a
DuckDB file, SCHEMA the schema of the tables (default: recharge). Each column has the type that the catalog declares; a
stream is appended, overwritten or deduplicated as the catalog says, and where it is deduplicated a row that tells of a
deletion takes the record out. Needs psycopg2 or duckdb, which come with dbt-postgres and dbt-duckdb.
"""

import json
import sys
import tempfile
import uuid
from datetime import datetime, timezone
from pathlib import Path

AIRBYTE_COLUMNS = {"_airbyte_raw_id": "varchar", "_airbyte_extracted_at": "timestamptz", "_airbyte_meta": "json"}


class Duckdb:
    json_type = "json"

    def __init__(self, target: str) -> None:
        import duckdb

        self.connection = duckdb.connect(target)
        # The database has the file's name, which may be the schema's.
        self.database = '"' + self.connection.execute("select current_database()").fetchone()[0] + '".'
        self.run("begin transaction")

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def insert(self, table: str, columns: dict[str, str], file: Path) -> None:
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        source = f"read_json('{file}', format = 'newline_delimited', columns = {{{kinds}}})"
        self.run(f"insert into {table} by name select * from {source}")

    def commit(self) -> None:
        self.run("commit")


class Postgres:
    json_type = "jsonb"

    def __init__(self, target: str) -> None:
        import psycopg2

        self.connection = psycopg2.connect(target)
        self.database = ""
        self.cursor = self.connection.cursor()
        self.run("create temporary table incoming (data jsonb)")

    def run(self, statement: str) -> None:
        self.cursor.execute(statement)

    def insert(self, table: str, columns: dict[str, str], file: Path) -> None:
        # JSON has no control characters, so that each line is one value as it stands.
        with file.open() as lines:
            self.cursor.copy_expert("copy incoming from stdin (format csv, quote e'\\x01', delimiter e'\\x02')", lines)
        self.run(f"insert into {table} select (jsonb_populate_record(null::{table}, data)).* from incoming")
        self.run("truncate incoming")

    def commit(self) -> None:
        self.connection.commit()


def column_type(declared: dict, json_type: str) -> str:
    if "oneOf" in declared:
        return json_type
    names = declared["type"] if isinstance(declared["type"], list) else [declared["type"]]
    name = next(each for each in names if each != "null")
    if name == "string":
        naive = declared.get("airbyte_type") == "timestamp_without_timezone"
        times = {"date": "date", "date-time": "timestamp" if naive else "timestamptz"}
        return times.get(declared.get("format", ""), "varchar")
    kinds = {"integer": "bigint", "number": "double precision", "boolean": "boolean"}
    return kinds.get(name, json_type)


def load(database: Duckdb | Postgres, schema: str, configured: dict, file: Path) -> None:
    stream = configured["stream"]
    declared = stream["json_schema"]["properties"]
    columns = {name: column_type(each, database.json_type) for name, each in declared.items()} | AIRBYTE_COLUMNS
    table = f'{database.database}{schema}."{stream["name"]}"'
    mode = configured["destination_sync_mode"]
    defined = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    if mode == "overwrite":
        database.run(f"drop table if exists {table}")
    database.run(f"create table if not exists {table} ({defined})")
    for name, kind in columns.items():
        database.run(f'alter table {table} add column if not exists "{name}" {kind}')
    database.insert(table, columns, file)
    if mode != "append_dedup":
        return
    key = ", ".join(f'"{path[0]}"' for path in configured.get("primary_key") or stream["source_defined_primary_key"])
    cursor = (configured.get("cursor_field") or stream["default_cursor_field"])[0]
    rank = f'row_number() over (partition by {key} order by "{cursor}" desc nulls last, _airbyte_extracted_at desc)'
    ranked = f"select _airbyte_raw_id, {rank} as rank from {table}"
    database.run(f"delete from {table} where _airbyte_raw_id in (select _airbyte_raw_id from ({ranked}) r where rank > 1)")
    if "_ab_cdc_deleted_at" in columns:
        database.run(f"delete from {table} where _ab_cdc_deleted_at is not null")


def main(catalog_file: str, target: str, schema: str = "recharge") -> None:
    catalog = json.loads(Path(catalog_file).read_text())
    database = Postgres(target) if "://" in target else Duckdb(target)
    database.run(f"create schema if not exists {database.database}{schema}")
    with tempfile.TemporaryDirectory() as folder:
        files = {each["stream"]["name"]: Path(folder, each["stream"]["name"]) for each in catalog["streams"]}
        open_files = {name: file.open("w") for name, file in files.items()}
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] != "RECORD":
                continue
            record = message["record"]
            time = datetime.fromtimestamp(record["emitted_at"] / 1000, timezone.utc).isoformat()
            added = {"_airbyte_raw_id": str(uuid.uuid4()), "_airbyte_extracted_at": time, "_airbyte_meta": record.get("meta")}
            open_files[record["stream"]].write(json.dumps(record["data"] | added) + "\n")
        for file in open_files.values():
            file.close()
        for configured in catalog["streams"]:
            load(database, schema, configured, files[configured["stream"]["name"]])
    database.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
