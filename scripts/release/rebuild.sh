#!/usr/bin/env bash
# Rebuilds the release in the working folder where its base has been renewed since: as VERSION-DAY, and as latest. What
# was pushed as VERSION stays what it is. Prints `image=NAME:latest`. Needs what image.sh needs, and cosign.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
image=$(fact image)
label='{{index (index .Image "linux/amd64").Config.Labels "org.opencontainers.image.base.digest"}}'
newest=$(docker buildx imagetools inspect node:26-slim --format '{{.Manifest.Digest}}')
stands_on=$(docker buildx imagetools inspect "$image:latest" --format "$label")
if [ "$newest" != "$stands_on" ]; then
  scripts/release/image.sh digest.txt "$(fact version)-$(date -u +%Y%m%d)" latest >&2
  reference=$(scripts/release/reference.sh digest.txt)
  scripts/release/smoke.sh "$reference" linux/amd64 linux/arm64 >&2
  cosign sign --yes "$reference" >&2
fi
echo "image=$image:latest"
