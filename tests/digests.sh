#!/bin/sh
# digests.sh BUILD... - every scenario must give one digest: twice from the first build, and from each other.
set -u
cd "$(dirname "$0")/.." || exit 1
first=$1
status=0
digests() {
    for f in scenarios/*.json; do
        case $f in scenarios/schema.json) continue ;; esac
        "$1/mailflow" run "$f" --format json | sed -n 's/.*"digest":"\([^"]*\)".*/\1/p' | sed "s|^|$f |"
    done
}
digests "$first" >"$first/digests"
[ -s "$first/digests" ] || { echo "no digests at all"; exit 1; }
for build in "$@"; do
    digests "$build" >"$build/digests.again"
    if ! diff "$first/digests" "$build/digests.again"; then
        echo "the digests of $build differ from those of $first"
        status=1
    fi
done
[ $status -eq 0 ] && echo "$(wc -l <"$first/digests") digests agree: $*"
exit $status
