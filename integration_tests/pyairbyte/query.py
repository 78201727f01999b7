"""The ids that a query finds in a database that sync.py filled.

    python query.py REQUEST RESULT

REQUEST is a JSON file: `duckdb` or `postgres` as for sync.py, and the `query`. RESULT is written as JSON: the ids.
"""

import json
import sys
from pathlib import Path

from sync import open_cache


def main(request_file: str, result_file: str) -> None:
    request = json.loads(Path(request_file).read_text())
    cache = open_cache(request)
    with cache.get_sql_engine().connect() as connection:
        connection.exec_driver_sql(f"SET search_path = '{cache.schema_name}'")
        ids = [row._mapping["id"] for row in connection.exec_driver_sql(request["query"])]
    Path(result_file).write_text(json.dumps(ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
