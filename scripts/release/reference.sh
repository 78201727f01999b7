#!/usr/bin/env bash
# The image by its digest, which no later push changes:
#   scripts/release/reference.sh FILE-WITH-DIGEST
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
digest=$(<"${1:?file with the digest}")
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "No digest in $1." >&2; exit 1; }
echo "$(fact image)@$digest"
