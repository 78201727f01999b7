"""Loads streams by dlt, which reads them from PyAirbyte, into DuckDB. Prints the rows of each table.

Arguments: the executable, a file with its configuration, a folder to work in, streams.
"""

import json
import sys
from pathlib import Path

import airbyte as ab
import dlt

executable, config, folder, *streams = sys.argv[1:]
source = ab.get_source(
    "source-recharge",
    local_executable=Path(executable).resolve(),
    config=json.loads(Path(config).read_text()),
    streams=streams,
)
pipeline = dlt.pipeline(
    "recharge",
    pipelines_dir=folder,
    destination=dlt.destinations.duckdb(f"{folder}/warehouse.duckdb"),
    dataset_name="recharge",
)
for _ in range(2):
    pipeline.run(
        [
            dlt.resource(
                source.get_records(stream),
                name=stream,
                primary_key="id",
                write_disposition="merge",
                max_table_nesting=0,
            )
            for stream in streams
        ]
    )
with pipeline.sql_client() as client:
    rows = {
        stream: client.execute_sql(f"SELECT count(*) FROM {stream}")[0][0] for stream in streams
    }
print(json.dumps(rows))
