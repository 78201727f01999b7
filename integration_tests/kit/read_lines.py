"""Reads a source's lines as the Python clients do: str.splitlines(), json, orjson and the protocol's pydantic models.

Needs Node on PATH, and orjson and airbyte-protocol-models-pdv2 (PyAirbyte brings both). Exit 0 when every nasty text
came through whole (OUT-01, OUT-04, OUT-05, PYA-07).
"""

import json
import subprocess
import tempfile
from pathlib import Path

import orjson
from airbyte_protocol.models import AirbyteMessage, Type

HERE = Path(__file__).parent


def nasty_texts() -> list[str]:
    """The texts of nasty-texts.ts, lone surrogates included."""
    script = f"import {{ nastyTexts }} from '{HERE / 'nasty-texts.ts'}'; console.log(JSON.stringify(nastyTexts));"
    printed = subprocess.run(["node", "--input-type=module", "-e", script], check=True, stdout=subprocess.PIPE)
    return json.loads(printed.stdout)


def read(texts: list[str]) -> str:
    """What the scenarios' stream `nasty` prints of these texts."""
    entry = {"stream": {"name": "nasty"}, "sync_mode": "incremental", "destination_sync_mode": "overwrite"}
    with tempfile.TemporaryDirectory() as folder:
        config, catalog = Path(folder, "config.json"), Path(folder, "catalog.json")
        config.write_text(json.dumps({"access_token": "tk_5f3b9a", "texts": texts}))
        catalog.write_text(json.dumps({"streams": [entry]}))
        command = ["node", str(HERE / "scenarios.ts"), "read", "--config", str(config), "--catalog", str(catalog)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")


def main() -> None:
    texts = nasty_texts()
    lines = read(texts).splitlines()
    records = []
    for line in lines:
        assert json.loads(line) == orjson.loads(line), line[:200]
        message = AirbyteMessage.model_validate_json(line)
        if message.type is Type.RECORD:
            records.append(message.record.data)
    sound = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
    assert records == [{"id": number, text: text} for number, text in enumerate(sound)]
    print(f"{len(lines)} lines, {len(records)} nasty records: read alike by json, orjson and pydantic.")


main()
