#!/bin/sh
# digests.sh BUILD... - every scenario must give one digest, one digest of the wire and one capture:
# twice from the first build, and from each other.  The last two belong to the TLS library that
# this machine has, and so are compared here and kept nowhere.
set -u
cd "$(dirname "$0")/.." || exit 1
first=$1
status=0
digests() {
    for f in scenarios/*.json; do
        case $f in scenarios/schema.json) continue ;; esac
        rm -f "$1/digests.pcapng"
        said=$("$1/mailflow" run "$f" --format json --pcapng "$1/digests.pcapng" |
            sed -n 's/.*"digest":"\([^"]*\)".*"digest_wire":"\([^"]*\)".*/\1 \2/p')
        [ -n "$said" ] && [ -s "$1/digests.pcapng" ] || continue
        echo "$f $said $(cksum <"$1/digests.pcapng")"
    done
    rm -f "$1/digests.pcapng"
}
digests "$first" >"$first/digests"
wanted=$(ls scenarios/*.json | grep -vc '/schema\.json$')
[ "$(wc -l <"$first/digests")" -eq "$wanted" ] || { echo "some of $wanted scenarios give no digest or no capture"; exit 1; }
for build in "$@"; do
    digests "$build" >"$build/digests.again"
    if ! diff "$first/digests" "$build/digests.again"; then
        echo "the digests of $build differ from those of $first"
        status=1
    fi
done
[ $status -eq 0 ] && echo "$(wc -l <"$first/digests") digests agree: $*"
exit $status
