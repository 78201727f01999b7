#!/usr/bin/env bash
# Builds, and lets a version of Node run what is built: its specification, and a read of every stream.
#   scripts/release/try-node.sh VERSION
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
version=${1:?version}
npm run --silent build
NODE_VERSION=${version#v} npx vitest run --config integration_tests/node-versions/vitest.config.ts
