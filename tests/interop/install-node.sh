#!/bin/sh
# install-node.sh FOLDER - Node's imapflow into this folder, exactly as imapflow/package-lock.json says and
# without scripts of packages being run.  Node and npm are taken as they are; where they, or the registry,
# are not there, this is said, and an error only with INTEROP_NODE=1.
set -eu
from=$(dirname "$0")/imapflow
missing() {
    echo "imapflow is not installed: $1"
    [ "${INTEROP_NODE:-}" != 1 ] || exit 1
    exit 0
}
cmp -s "$from/package-lock.json" "$1/installed" && exit 0
command -v node >/dev/null 2>&1 || missing "there is no node"
command -v npm >/dev/null 2>&1 || missing "there is no npm"
mkdir -p "$1"
cp "$from/package.json" "$from/package-lock.json" "$1"
(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --fetch-timeout=30000 --loglevel=error) ||
    missing "npm ci failed"
cp "$from/package-lock.json" "$1/installed"
