#!/usr/bin/env bash
# Builds the image for both architectures, with provenance and SBOM, and pushes it under one tag or several:
#   scripts/release/image.sh FILE TAG...
# Needs Docker's buildx and a login. SOURCE is the address of the repository. FILE gets the digest of what was pushed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
file=${1:?file for the digest}
shift
image=$(fact image)
case $image in
  localhost/*) echo "config.image in package.json is $image: a release needs the name of a registry." >&2; exit 1 ;;
esac

base=node:26-slim
digest=$(docker buildx imagetools inspect "$base" --format '{{.Manifest.Digest}}')
metadata=$(mktemp)
tags=()
for tag in "$@"; do tags+=(--tag "$image:$tag"); done
docker buildx build --platform linux/amd64,linux/arm64 --provenance=mode=max --sbom=true --pull --push \
  --build-arg BASE="$base@$digest" --build-arg SOURCE="${SOURCE:?address of the repository}" \
  --build-arg REVISION="$(git rev-parse HEAD)" --build-arg CREATED="$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
  --label org.opencontainers.image.base.digest="$digest" --metadata-file "$metadata" "${tags[@]}" .
node -p 'JSON.parse(fs.readFileSync(process.argv[1]))["containerimage.digest"]' "$metadata" >"$file"
