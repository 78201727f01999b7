"""What airbyte-cdk asks of a catalog and of records, which its suite for images does not run.

Arguments: a file with the output of discover, a configured catalog, a file with the output of read.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalogSerializer,
)
from airbyte_cdk.test.standard_tests._catalog_checks import (
    find_catalog_problems,
    format_catalog_problems,
)
from airbyte_cdk.test.standard_tests._read_assertions import assert_read_records
from orjson import loads

discovered, configured, read = (Path(name) for name in sys.argv[1:])


def messages(path: Path) -> Iterator[AirbyteMessage]:
    with path.open("rb") as lines:
        for line in lines:
            yield AirbyteMessageSerializer.load(loads(line))


catalog = next(message.catalog for message in messages(discovered) if message.catalog)
problems = find_catalog_problems(catalog)
assert not any(problems.values()), format_catalog_problems(problems)

assert_read_records(
    records=(message for message in messages(read) if message.record),
    configured_catalog=ConfiguredAirbyteCatalogSerializer.load(loads(configured.read_bytes())),
    require_records_per_stream=True,
    validate_schema=True,
)
