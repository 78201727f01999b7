#!/usr/bin/env bash
# Puts the newest release into the working folder: what is rebuilt is what was released, not what came after.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
tag=$(git tag --list 'v*' --sort=-version:refname | grep -E '^v[0-9]+\.[0-9]+\.[0-9]+$' | head -n 1) || {
  echo 'There is no release yet: no tag such as v1.2.3.' >&2
  exit 1
}
git checkout --quiet "$tag"
