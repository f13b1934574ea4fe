#!/bin/sh
# Stands before the OCI runtime of a build. Many releases of buildah mount into a step what a link in an image leads to,
# and what is beside a cache (CVE-2024-1753, CVE-2024-9675): the step could read the build's pass, and write into other
# images' layers and so into the cache. A step begins if all that is mounted into it is what a step may have.
set -eu
runtime=$(command -v runc || command -v crun)
bundle=
begins=
before=
for word in "$@"; do
    [ "$before" != --bundle ] || bundle=$word
    case $word in
    create | run) begins=yes ;;
    esac
    before=$word
done
[ -n "$begins" ] || exec "$runtime" "$@"

refuse() {
    echo "Error: the step mounts what is outside of its images, its context and its caches" >&2
    exit 1
}

# The device of the build's folder, and where the folder is on it.
device=
below=
while read -r _ _ its folder point _; do
    if [ "$point" = /build ]; then
        device=$its
        below=$folder
    fi
done </proc/self/mountinfo

# What buildah has mounted at a path, as the kernel tells it, which has followed all links.
mounted() {
    found=
    while read -r _ _ its folder point rest; do
        [ "$point" != "$1" ] || found="$its $folder ${rest#*- }"
    done </proc/self/mountinfo
    case $found in
    "$device $below"/context\ * | "$device $below"/context/* | "$device $below"/tmp/buildah-cache*) ;;
    "$device $below"/home/.local/share/containers/storage/overlay-containers/*/userdata/secrets/*) ;;
    "$device "*) refuse ;;
    # Of an image: images are mounted from nowhere else.
    *\ overlay\ *) ;;
    *) refuse ;;
    esac
}

[ -f "$bundle/config.json" ] || refuse
# A name of JSON is in no text of it: quotes there have backslashes.
grep -oE '"source": *"([^"\\]|\\.)*"' "$bundle/config.json" | sed -E 's/^"source": *"(.*)"$/\1/' >/run/sources
while IFS= read -r source; do
    case $source in
    # Kinds of file systems, which are no folders.
    proc | sysfs | tmpfs | devpts | shm | mqueue | cgroup | cgroup2 | /sys) ;;
    */mnt/buildah-bind-target-*) mounted "$source" ;;
    /build/tmp/buildah*/hostname | /build/tmp/buildah*/hosts | /build/tmp/buildah*/resolv.conf | \
        /build/tmp/buildah*/run/.containerenv | \
        /build/home/.local/share/containers/storage/overlay-containers/*/userdata/overlay/*/merge)
        [ "$(realpath "$source")" = "$source" ] || refuse
        ;;
    *) refuse ;;
    esac
done </run/sources
exec "$runtime" "$@"
