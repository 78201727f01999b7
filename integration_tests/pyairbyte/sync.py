"""One sync of every stream into DuckDB or PostgreSQL by PyAirbyte, and what stands in the database after it.

    python sync.py REQUEST RESULT

REQUEST is a JSON file: the connector's `name` (default: source-recharge), its `executable` (a path) or `image` (a tag),
its `config`, `duckdb` (a path) or `postgres` (a `port` and a `database` on this machine), and the `streams` to sync, or
"*". RESULT is written as JSON: for each stream its `primary_key`, the `keys` in its table, the keys that this sync
`loaded`, those that are marked as `deleted`, and its saved `state`. Keys are as in JSON. Fails with PyAirbyte's own
error.
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import airbyte as ab
from airbyte.caches import DuckDBCache, PostgresCache
from airbyte.caches.base import CacheBase


def connect(request: dict) -> ab.Source:
    how = (
        {"local_executable": request["executable"]}
        if "executable" in request
        else {"docker_image": request["image"], "use_host_network": True}
    )
    name = request.get("name", "source-recharge")
    return ab.get_source(name, config=request["config"], streams=request["streams"], **how)


def open_cache(request: dict) -> CacheBase:
    if "duckdb" in request:
        return DuckDBCache(db_path=request["duckdb"])
    # The server asks for no password, but PyAirbyte does.
    return PostgresCache(host="127.0.0.1", username="airbyte", password="unused", **request["postgres"])


def tables(cache: CacheBase, source: ab.Source, since: datetime) -> dict[str, dict]:
    states = {
        row["stream_name"]: json.loads(row["state_json"])["stream"]["stream_state"]
        for row in cache.run_sql_query(f"SELECT stream_name, state_json FROM {cache.schema_name}._airbyte_state")
    }
    primary_keys = {
        stream.name: [path[0] for path in stream.source_defined_primary_key]
        for stream in source.discovered_catalog.streams
    }
    return {
        stream: {
            **keys(cache, stream, primary_keys[stream], since),
            "primary_key": primary_keys[stream],
            "state": states[stream],
        }
        for stream in sorted(source.get_selected_streams())
    }


def keys(cache: CacheBase, stream: str, primary_key: list[str], since: datetime) -> dict[str, list[str]]:
    rows = cache.run_sql_query(f"SELECT * FROM {cache.schema_name}.{stream}")
    found = [(json.dumps([row[name] for name in primary_key], separators=(",", ":")), row) for row in rows]
    return {
        "keys": [key for key, _ in found],
        "loaded": [key for key, row in found if in_utc(row["_airbyte_extracted_at"]) >= since],
        # PyAirbyte keeps a tombstone as the row it is.
        "deleted": [key for key, row in found if row.get("_ab_cdc_deleted_at") is not None],
    }


def in_utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def main(request_file: str, result_file: str) -> None:
    request = json.loads(Path(request_file).read_text())
    source = connect(request)
    source.check()
    since = datetime.now(timezone.utc)
    cache = open_cache(request)
    source.read(cache=cache)
    Path(result_file).write_text(json.dumps(tables(cache, source, since)))


if __name__ == "__main__":
    main(*sys.argv[1:])
