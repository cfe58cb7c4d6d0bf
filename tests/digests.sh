#!/bin/sh
# digests.sh BUILD... - every scenario must give one digest, one digest of the wire and one capture:
# and so must each of its variants; twice from the first build, and from each other.  The last two
# belong to the TLS library that this machine has, and so are compared here and kept nowhere.
# A lesson with a crowd is played whole here and nowhere else: with its outlines only, since a
# capture of 100,000 letters is of no use, and by the first build within 10 s and 1 GiB.
set -u
cd "$(dirname "$0")/.." || exit 1
first=$1
status=0
# digests BUILD FILE: the file gets a line a scenario and variant.
digests() {
    for f in scenarios/*.json; do
        case $f in scenarios/schema.json) continue ;; esac
        if grep -q '"crowd":' "$f"; then
            said=$("$1/mailflow" run "$f" --format json --trace-level hops |
                sed -n 's/.*"digest":"\([^"]*\)".*/\1/p')
            [ -n "$said" ] && echo "$f base $said"
            continue
        fi
        for v in base $("$1/mailflow" check "$f" | sed -n 's/, and so are its [a-z-]*:/,/g; s/.*: fine, //p' | tr -d ,); do
            rm -f "$2.pcapng"
            said=$("$1/mailflow" run "$f" --variant "$v" --format json --pcapng "$2.pcapng" |
                sed -n 's/.*"digest":"\([^"]*\)".*"digest_wire":"\([^"]*\)".*/\1 \2/p')
            [ -n "$said" ] && [ -s "$2.pcapng" ] || echo "$f $v: no digest, or no capture" >&2
            echo "$f $v $said $(cksum <"$2.pcapng")"
        done
    done
    rm -f "$2.pcapng"
}
if [ "$1" = --one ]; then
    digests "$2" "$3" >"$3"
    exit
fi
for f in $(grep -l '"crowd":' scenarios/*.json | grep -v '/schema\.json$'); do
    (ulimit -t 10 && ulimit -v 1048576 && "$first/mailflow" run "$f" --trace-level hops --quiet) ||
        { echo "$f: not within 10 s and 1 GiB, or not as expected"; status=1; }
done
# As many at once as there are processors.
{
    for build in "$@"; do
        echo "$build" "$build/digests.again"
    done
    echo "$first" "$first/digests"
} | xargs -P "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)" -n 2 tests/digests.sh --one
wanted=$(ls scenarios/*.json | grep -vc '/schema\.json$')
[ "$(grep -c ' base .*:' "$first/digests")" -eq "$wanted" ] || { echo "some of $wanted scenarios give no digest or no capture"; exit 1; }
for build in "$@"; do
    if ! diff "$first/digests" "$build/digests.again"; then
        echo "the digests of $build differ from those of $first"
        status=1
    fi
done
[ $status -eq 0 ] && echo "$(wc -l <"$first/digests") digests agree: $*"
exit $status
