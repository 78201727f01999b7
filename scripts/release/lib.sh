# What the release's scripts share. Sourced, from any folder.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# fact NAME: version, or a key of package.json's `config`.
fact() {
  node -p 'const m = require("./package.json"); ({ version: m.version, ...m.config })[process.argv[1]]' "$1"
}
