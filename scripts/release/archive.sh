#!/usr/bin/env bash
# The bundle as an archive, for those who run it without a container, with its checksum and the packages it was made of:
#   scripts/release/archive.sh FOLDER
# writes source-recharge-VERSION.tar.gz, .tar.gz.sha256 and .spdx.json. The same commit gives the same archive.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
folder=${1:?folder}
mkdir -p "$folder"
name=source-recharge-$(fact version)

npm run --silent build
tar --create --directory dist --exclude='*.map' --transform="s,^\.,$name," --sort=name --owner=0 --group=0 \
  --numeric-owner --mode=u+rwX,go+rX,go-w --mtime="@$(git log -1 --format=%ct)" . | gzip --no-name --best >"$folder/$name.tar.gz"
(cd "$folder" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")

# The bundle hides its packages, and so does the image: the lockfile has them. With `--omit=dev` npm 11 leaves out what
# a development package needs as well, such as zod.
lean=$(mktemp -d)
trap 'rm -r "$lean"' EXIT
node -e '
  for (const file of ["package.json", "package-lock.json"]) {
    const { devDependencies, ...content } = JSON.parse(fs.readFileSync(file));
    if (content.packages) delete content.packages[""].devDependencies;
    for (const [path, { dev }] of Object.entries(content.packages ?? {})) if (dev) delete content.packages[path];
    fs.writeFileSync(`${process.argv[1]}/${file}`, JSON.stringify(content));
  }' "$lean"
(cd "$lean" && npm sbom --sbom-format=spdx --package-lock-only) >"$folder/$name.spdx.json"
