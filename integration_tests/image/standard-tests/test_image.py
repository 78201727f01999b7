"""Airbyte's standard tests of a connector's image, from airbyte-cdk.

Its own command, `airbyte-cdk image test`, runs them for the languages it knows, and TypeScript is none of them.
CONNECTOR_ROOT: a folder named source-recharge, laid out as Airbyte's repository lays out a connector.
CONNECTOR_IMAGE: the image with its tag.
"""

import os
from pathlib import Path

from airbyte_cdk.models.connector_metadata import MetadataFile
from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite


class TestImage(DockerConnectorTestSuite):
    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return Path(os.environ["CONNECTOR_ROOT"])


def test_metadata() -> None:
    root = TestImage.get_connector_root_dir()
    data = MetadataFile.from_file(root / "metadata.yaml").data
    assert data.dockerRepository == os.environ["CONNECTOR_IMAGE"].rsplit(":", 1)[0]
    assert data.suggestedStreams is not None and data.suggestedStreams.streams
