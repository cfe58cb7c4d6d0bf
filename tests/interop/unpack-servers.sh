#!/bin/sh
# unpack-servers.sh PACKAGE... - mail servers beside each other.  Debian lets only one of them be
# installed; so these are unpacked into a folder of their own, and nothing of them is configured or
# started.  Their libraries are installed, their users and the folders that are built into them made.
set -eu
to=${MAILFLOW_SERVERS:-/opt/mailflow-servers}
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
user() {
    getent passwd "$1" >/dev/null || $sudo useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$1"
}
unpack() {
    [ ! -d "$to/$1" ] || return 0
    folder=$(mktemp -d)
    # shellcheck disable=SC2046
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        $(apt-cache depends "$1" | sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p')
    (cd "$folder" && apt-get download -q "$1")
    $sudo mkdir -p "$to"
    $sudo dpkg-deb -x "$folder"/*.deb "$to/$1.part"
    $sudo mv "$to/$1.part" "$to/$1"
    rm -r "$folder"
}
for p in "$@"; do
    unpack "$p"
    case $p in
    exim4-*)
        user Debian-exim ;;
    opensmtpd)
        user opensmtpd
        user opensmtpq
        $sudo mkdir -p -m 711 /var/spool/smtpd
        $sudo mkdir -p /var/lib/opensmtpd/empty
        [ -e /usr/libexec/opensmtpd ] || $sudo ln -s "$to/$p/usr/libexec/opensmtpd" /usr/libexec/opensmtpd ;;
    esac
done
