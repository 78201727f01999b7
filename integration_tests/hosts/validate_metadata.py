"""Airbyte's validator of metadata.yaml, but for what asks Docker Hub for the image. Arguments: metadata.yaml, the page."""

import sys
from pathlib import Path

from airbyte_ops_mcp.metadata_validator import (
    PRE_UPLOAD_VALIDATORS,
    ValidatorOptions,
    validate_and_load,
)

metadata, page = sys.argv[1:]
options = ValidatorOptions(docs_path=page, disable_dockerhub_checks=True)
_, error = validate_and_load(Path(metadata), PRE_UPLOAD_VALIDATORS, options)
if error:
    sys.exit(str(error))
