#!/bin/sh
# Brings node_modules and .cache/venv to the state of their lock files. Does nothing when they are there.
# Each part has a stamp with the checksum of what it was made from. The stamp is removed before the work and
# written after it, so an interrupted set-up is repaired by the next start. Exit 78: the message says what to do.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cache=$root/.cache
stamps=$cache/stamps
log=$cache/set-up.log
lock=$cache/set-up.lock
needed_kb=2000000

say() { printf 'mle-smith: %s\n' "$1" >&2; }

stop() {
  say "$1"
  exit 78
}

# What each part is made from; a difference to its stamp means work.
node_source() { cksum <"$root/package-lock.json"; }
python_source() { cat "$root/libs/mle-env/requirements.lock" "$root/tools/bootstrap/uv.lock" | cksum; }

node_ready() { [ -x "$root/node_modules/.bin/node" ] && [ "$(cat "$stamps/node" 2>/dev/null)" = "$(node_source)" ]; }
python_ready() { "$cache/venv/bin/python" -I -S -c '' 2>/dev/null && [ "$(cat "$stamps/python" 2>/dev/null)" = "$(python_source)" ]; }
bytecode_ready() {
  [ -f "$stamps/bytecode" ] && [ -z "$(find "$root/libs/mle-env/src" -name '*.py' -newer "$stamps/bytecode" | head -n 1)" ]
}

check_node() {
  command -v node >/dev/null 2>&1 || stop 'Node.js is missing; install Node.js 20 or newer with npm (https://nodejs.org) and start again.'
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || stop 'the node on PATH does not run; install Node.js 20 or newer (https://nodejs.org) and start again.'
  [ "$major" -ge 20 ] || stop "Node.js $major is too old; install Node.js 20 or newer (https://nodejs.org) and start again."
  command -v npm >/dev/null 2>&1 || stop 'npm is missing; install it with Node.js (https://nodejs.org) or as the package npm, and start again.'
}

# Sets $python to an interpreter of 3.11 or newer: the system's own first, because sandboxes see /usr anyway,
# else the real executable behind python3 (which may be a shim).
find_python() {
  for candidate in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
    python=$("$candidate" -I -c 'import os, sys; print(os.path.realpath(sys.executable)) if sys.version_info >= (3, 11) else sys.exit(1)' 2>/dev/null) && return
  done
  found=$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null) || stop 'Python is missing; install Python 3.11 or newer (package python3) and start again.'
  stop "Python $found is too old; install Python 3.11 or newer and start again."
}

check_room() {
  mkdir -p "$stamps" 2>/dev/null && [ -w "$root" ] && [ -w "$cache" ] && [ -w "$stamps" ] ||
    stop "cannot write to $root; make it writable for you or copy the project to a folder of yours."
  free_kb=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
  [ "$free_kb" -ge "$needed_kb" ] || stop "too little space in $root: $((free_kb / 1000)) MB are free and $((needed_kb / 1000)) MB are needed; make room and start again."
}

# One set-up at a time: the others wait; a lock whose owner is gone is taken over.
take_lock() {
  told=no
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    [ "$told" = yes ] || say "another start is setting up (process ${owner:-unknown}); waiting for it. If none is, remove $lock."
    told=yes
    sleep 1
  done
  [ "$told" = no ] || say 'the other start is done; going on.'
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Runs one step with its output in the log; when it fails, shows the log's end and one sentence.
step() {
  what=$1
  shift
  if "$@" >"$log" 2>&1; then return; fi
  tail -n 15 "$log" >&2
  if grep -qiE 'ENOSPC|no space left' "$log"; then stop "the disk is full; make room and start again (details: $log)."; fi
  stop "$what failed; check the network and the lines above, then start again (details: $log)."
}

set_up_node() {
  say 'installing the Node packages (about a minute, only once) …'
  rm -f "$stamps/node"
  step 'installing the Node packages' npm ci --prefix "$root" --no-audit --no-fund --loglevel=error
  [ -x "$root/node_modules/.bin/node" ] || stop 'npm installed no Node 24; allow install scripts (npm config delete ignore-scripts) and start again.'
  node_source >"$stamps/node"
}

install_uv() {
  for pip in "$python" python3; do
    if "$pip" -m pip --version >/dev/null 2>&1; then
      rm -rf "$cache/uv"
      step 'installing uv' "$pip" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes --target "$cache/uv" -r "$root/tools/bootstrap/uv.lock"
      return
    fi
  done
  stop 'pip is missing; install it (package python3-pip) and start again.'
}

set_up_python() {
  say 'installing the Python packages (about half a minute, only once) …'
  rm -f "$stamps/python" "$stamps/bytecode"
  install_uv
  step 'making the Python environment' "$cache/uv/bin/uv" venv --quiet --clear --python "$python" "$cache/venv"
  step 'installing the Python packages' env VIRTUAL_ENV="$cache/venv" "$cache/uv/bin/uv" pip install --quiet --link-mode copy --compile-bytecode --require-hashes -r "$root/libs/mle-env/requirements.lock"
  python_source >"$stamps/python"
}

# Sandboxes see the sources read-only and could not keep the bytecode themselves.
compile_sources() {
  touch "$stamps/bytecode.new"
  step 'compiling the Python sources' "$cache/venv/bin/python" -m compileall -q "$root/libs/mle-env/src"
  mv "$stamps/bytecode.new" "$stamps/bytecode"
}

if node_ready && python_ready && { bytecode_ready || [ ! -w "$stamps" ]; }; then exit 0; fi
node_ready || check_node
python_ready || find_python
check_room
take_lock
node_ready || set_up_node
python_ready || set_up_python
bytecode_ready || compile_sources
