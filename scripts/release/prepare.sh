#!/usr/bin/env bash
# What can be refused is refused before anything is pushed; then the downloads and the notes are made:
#   scripts/release/prepare.sh TAG FOLDER
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
node scripts/release/changelog.ts "${1:?tag}" >notes.md
scripts/release/archive.sh "${2:?folder}"
