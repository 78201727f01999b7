#!/usr/bin/env bash
# Starts an image on each architecture: its specification comes, and a check without a file is told why not.
#   scripts/release/smoke.sh IMAGE PLATFORM...
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
image=${1:?image}
shift
[ "$#" -gt 0 ] || { echo 'Name a platform, such as linux/amd64.' >&2; exit 2; }
for platform in "$@"; do
  printf '%s: ' "$platform"
  run=(docker run --rm --network=none --read-only --platform "$platform" "$image")
  "${run[@]}" spec | node -e '
    const [message, ...more] = fs.readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    if (message.type !== "SPEC" || more.length > 0) throw new Error("spec did not print one SPEC");'
  code=0
  said=$("${run[@]}" check --config /no/such/config.json) || code=$?
  [ "$code" -eq 1 ] && [[ $said == *'/no/such/config.json'* ]] || { echo "check ended with $code and said: $said" >&2; exit 1; }
  echo ok
done
