#!/bin/sh
# suite.sh BUILD... - runs the whole suite of each build, and fails where a test failed, where
# fewer tests ran than tests/expected-tests says, or where a sanitizer reported anything.
set -u
cd "$(dirname "$0")/.." || exit 1
expected=$(cat tests/expected-tests)
status=0
for build in "$@"; do
    log=$build/tests.log
    echo "== suite of $build"
    MAILFLOW=$build/mailflow ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
        "$build/tests" -S --timeout 120 >"$log" 2>&1
    code=$?
    grep -v '^\[====\] Synthesis' "$log" | grep -E 'FAIL|CRASH|Sanitizer|runtime error|^\[----\]' | head -60
    [ $code -eq 0 ] || status=1
    if grep -qE 'Sanitizer|runtime error:' "$log"; then
        echo "a sanitizer reported something: see $log"
        status=1
    fi
    ran=$(sed -n 's|.*Synthesis: Tested: \([0-9]*\) .*|\1|p' "$log" | tail -n 1)
    if [ -z "$ran" ] || [ "$ran" -lt "$expected" ]; then
        echo "only ${ran:-0} of at least $expected tests ran"
        status=1
    fi
    grep 'Synthesis' "$log" | tail -n 1
done
exit $status
