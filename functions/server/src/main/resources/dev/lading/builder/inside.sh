#!/bin/sh
# Runs in the build's network namespace, where port 5000 of the loopback is the registry and nothing else is near.
ip link set lo up
socat TCP-LISTEN:5000,bind=127.0.0.1,fork,reuseaddr,max-children=64,backlog=64 UNIX-CONNECT:/build/door 2>/dev/null &
until grep -q ' 0100007F:1388 ' /proc/net/tcp; do
    sleep 0.01
done
export HOME=/build/home XDG_RUNTIME_DIR=/build/run TMPDIR=/build/tmp PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Already the root of a user namespace: buildah is not to make one of its own.
export BUILDAH_ISOLATION=oci BUILDAH_RUNTIME=/build/runtime.sh _CONTAINERS_USERNS_CONFIGURED='done' _CONTAINERS_ROOTLESS_UID=1000 _CONTAINERS_ROOTLESS_GID=1000
mkdir -p $HOME $XDG_RUNTIME_DIR $TMPDIR
sh /build/steps.sh 2>&1
echo "steps $?" >>/run/ended
