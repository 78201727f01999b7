"""airbyte-serverless as the host: two runs of a connection, the second from the first one's states.

Arguments: the executable or `docker:IMAGE`, a file with the configuration, streams. Prints the rows of each run, or the
message of the error that the source ended with.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from airbyte_serverless.destinations import BaseDestination
from airbyte_serverless.sources import (
    AirbyteSourceException,
    DockerAirbyteSource,
    ExecutableAirbyteSource,
)


class Memory(BaseDestination):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Counter[str] = Counter()
        self.states: dict[str, dict] = {}

    def _write(self, record_type: str, records: list[dict]) -> None:
        self.rows[record_type] += len(records)
        if record_type == "_airbyte_states":
            for record in records:
                state = json.loads(record["_airbyte_data"])
                self.states[state["stream"]["stream_descriptor"]["name"]] = state


what, config_path, *streams = sys.argv[1:]
config = json.loads(Path(config_path).read_text())
source = (
    DockerAirbyteSource(what.removeprefix("docker:"), config, streams)
    if what.startswith("docker:")
    else ExecutableAirbyteSource(what, config, streams)
)
runs = []
state = None
try:
    for _ in range(2):
        memory = Memory()
        memory.load(source.extract(state))
        state = list(memory.states.values())
        runs.append({stream: memory.rows[f"_airbyte_raw_{stream}"] for stream in streams})
    print(json.dumps(runs))
except AirbyteSourceException as error:
    print(json.dumps(json.loads(str(error))["message"]))
