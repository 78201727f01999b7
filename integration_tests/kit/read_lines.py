"""Reads a source's lines as the Python clients do: str.splitlines(), json, orjson and the protocol's pydantic models.

Needs Node on PATH, and orjson and airbyte-protocol-models-pdv2 (PyAirbyte brings both). Exit 0 when every nasty text
came through whole, and no line of any command is taken for a log line (OUT-01, OUT-04, OUT-05, PYA-07).
"""

import json
import subprocess
import tempfile
from pathlib import Path

import orjson
from airbyte_protocol.models import AirbyteMessage, TraceType, Type

HERE = Path(__file__).parent


def nasty_texts() -> list[str]:
    """The texts of nasty-texts.ts, lone surrogates included."""
    script = f"import {{ nastyTexts }} from '{HERE / 'nasty-texts.ts'}'; console.log(JSON.stringify(nastyTexts));"
    printed = subprocess.run(["node", "--input-type=module", "-e", script], check=True, stdout=subprocess.PIPE)
    return json.loads(printed.stdout)


def run(command: str, config: dict, *streams: str) -> list[AirbyteMessage]:
    """What a command of the scenarios prints, each line read three ways. A stream may fail: its exit code is not asked."""
    modes = {"sync_mode": "incremental", "destination_sync_mode": "overwrite"}
    entries = [{"stream": {"name": name}, **modes} for name in streams]
    with tempfile.TemporaryDirectory() as folder:
        config_file, catalog = Path(folder, "config.json"), Path(folder, "catalog.json")
        config_file.write_text(json.dumps({"access_token": "tk_5f3b9a", **config}))
        catalog.write_text(json.dumps({"streams": entries}))
        flags = {
            "spec": [],
            "read": ["--config", str(config_file), "--catalog", str(catalog)],
        }.get(command, ["--config", str(config_file)])
        printed = subprocess.run(["node", str(HERE / "scenarios.ts"), command, *flags], stdout=subprocess.PIPE).stdout
    messages = []
    for line in printed.decode("utf-8").splitlines():
        assert json.loads(line) == orjson.loads(line), line[:200]
        messages.append(AirbyteMessage.model_validate_json(line))
    return messages


def step(name: str, good: bool) -> None:
    assert good, f"WRONG {name}"
    print(f"ok {name}")


def main() -> None:
    texts = nasty_texts()
    records = [message.record.data for message in run("read", {"texts": texts}, "nasty") if message.type is Type.RECORD]
    sound = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
    step("nasty texts, read alike by json, orjson and pydantic [OUT-01, OUT-04, OUT-05]",
         records == [{"id": number, text: text} for number, text in enumerate(sound)])
    kinds = {"spec": Type.SPEC, "check": Type.CONNECTION_STATUS, "discover": Type.CATALOG}
    step("spec, check and discover [PYA-07]",
         all([message.type for message in run(command, {})] == [kind] for command, kind in kinds.items()))
    read = run("read", {}, "fine", "refused", "broken")
    step("records, states, logs, statuses and errors [PYA-07]",
         {message.type for message in read} == {Type.RECORD, Type.STATE, Type.LOG, Type.TRACE}
         and {message.trace.type for message in read if message.trace} == {TraceType.ERROR, TraceType.STREAM_STATUS})


main()
