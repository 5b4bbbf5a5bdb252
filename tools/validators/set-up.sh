#!/bin/sh
# Brings .cache/validators to the state of requirements.lock and prints its path; quick when it is there already.
# It is a folder of packages for the interpreter of .cache/venv, which has numpy, pandas and the like: 11 MB. Exit 78: it cannot be had.
# A new lock: `uv pip compile --generate-hashes --universal --python-version 3.11 -c libs/mle-env/requirements.lock requirements.in`
# with `--no-emit-package` for each package of that lock.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cache=$root/.cache
folder=$cache/validators
stamp=$cache/stamps/validators
wanted=$(cat "$root/tools/validators/requirements.lock" "$root/libs/mle-env/requirements.lock" | cksum)

if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || [ ! -d "$folder" ]; then
  rm -rf "$stamp" "$folder.new"
  "$cache/uv/bin/uv" pip install --quiet --python "$cache/venv/bin/python" --target "$folder.new" --link-mode copy --no-deps --require-hashes \
    -r "$root/tools/validators/requirements.lock" >&2 || { rm -rf "$folder.new"; exit 78; }
  rm -rf "$folder"
  mv "$folder.new" "$folder"
  printf '%s\n' "$wanted" >"$stamp"
fi
printf '%s\n' "$folder"
