#!/bin/sh
# The inside of one build. Process 1 of namespaces of its own, as the root of a user namespace: it makes a root folder
# in which nothing of the host is but its programs, runs the build's steps there, and ends, and all with it, when they
# end, when they fill the disk, or when standard input does, which the server holds open.
#
# sandbox.sh <folder of the build> <KiB of disk> <none|open> <processes> <KiB of memory of each>
# The last two are 0 where a control group bounds the build.
#
# Ends with the status of the steps (0 or 1), 71 if they filled the disk, 72 if the server left, 70 if there is no
# network to be had.
# shellcheck disable=SC3045 # dash and busybox have them
set -eu
folder=$1
disk_kib=$2
network=$3
umask 022
# No file is larger than all of them may be. In blocks of 512 bytes.
ulimit -f $((disk_kib * 2))
ulimit -c 0
if [ "$4" -gt 0 ]; then
    ulimit -p "$4"
    ulimit -d "$5"
fi

# A root with programs alone. What else a builder reads of /etc is none of a build's business.
mount --make-rprivate /
root=$folder/root
mkdir -p "$root"
mount -t tmpfs -o mode=755,size=16m none "$root"
cd "$root"
mkdir -p usr etc dev proc sys tmp run var/tmp build secrets old
chmod 1777 tmp var/tmp
chmod 700 secrets
bind() {
    mount --rbind "$1" "$2"
    mount -o remount,bind,ro "$2" 2>/dev/null || true
}
bind /usr usr
for name in bin sbin lib lib32 lib64; do
    if [ -L /$name ]; then
        ln -s "usr/$name" $name
    elif [ -d /$name ]; then
        mkdir $name
        bind /$name $name
    fi
done
for name in alternatives ld.so.cache ld.so.conf ld.so.conf.d ssl ca-certificates pki crypto-policies; do
    if [ -d /etc/$name ]; then
        mkdir etc/$name
        bind /etc/$name etc/$name
    elif [ -f /etc/$name ]; then
        cp /etc/$name etc/$name
    fi
done
echo 'root:x:0:0:root:/build/home:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
echo '127.0.0.1 localhost' >etc/hosts
echo 'nameserver 10.0.2.3' >etc/resolv.conf
ln -s /build/containers etc/containers
mount -t proc proc proc
mount -t tmpfs -o mode=755,size=1m none dev
for name in null zero full random urandom tty; do
    : >dev/$name
    mount --bind /dev/$name dev/$name
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777,size=64m none dev/shm
if [ "$network" = open ] && [ -e /dev/net/tun ]; then
    mkdir dev/net
    : >dev/net/tun
    mount --bind /dev/net/tun dev/net/tun
fi
mount --rbind /sys sys
mount -o remount,bind,ro sys 2>/dev/null || true
mount --rbind "$folder/build" build
mount -t tmpfs -o mode=700,size=4m none secrets
pivot_root . old
umount -l /old
rmdir /old
cd /build

# Secrets come line by line: they are on no disk.
while read -r name value && [ "$name" != . ]; do
    printf %s "$value" | base64 -d >"/secrets/$name"
done

exec 3<&0 </dev/null

if [ "$network" = open ]; then
    # shellcheck disable=SC2016 # for the inner shell
    unshare -n sh -c 'echo $$ >/run/inside; until [ -e /run/joined ]; do sleep 0.02; done; exec sh /build/inside.sh' &
    until [ -s /run/inside ]; do sleep 0.02; done
    inside=$(cat /run/inside)
    slirp4netns --configure --mtu=65520 --disable-host-loopback "$inside" tap0 >/run/slirp 2>&1 &
    tries=0
    until nsenter -t "$inside" -n ip route show default 2>/dev/null | grep -q .; do
        tries=$((tries + 1))
        [ $tries -lt 250 ] || {
            cat /run/slirp
            exit 70
        }
        sleep 0.02
    done
    # What is near is no internet: metadata addresses, and other machines of the host's network.
    for near in 169.254.0.0/16 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10; do
        nsenter -t "$inside" -n ip route add unreachable $near
    done
    nsenter -t "$inside" -n ip route add unreachable 10.0.2.2/32
    : >/run/joined
    steps=$inside
else
    sh /build/inside.sh &
    steps=$!
fi

{
    cat <&3 >/dev/null
    echo 'left 0' >>/run/ended
} &
left=$!

# The pause is five times what the counting took, so that it costs little.
{
    used=0
    while [ "$used" -le "$disk_kib" ]; do
        began=$(date +%s)
        used=$(du -skx /build 2>/dev/null | cut -f1)
        sleep $((($(date +%s) - began) * 5 + 1))
    done
    echo 'full 0' >>/run/ended
} &
full=$!

# For want of memory the kernel may end any of them, without which nothing bounds the build, or ends it.
until [ -s /run/ended ]; do
    for each in "$steps" "$left" "$full"; do
        kill -0 "$each" 2>/dev/null || [ -s /run/ended ] || exit 1
    done
    sleep 0.2
done
read -r what code </run/ended
case $what in
steps) exit "$code" ;;
full) exit 71 ;;
*) exit 72 ;;
esac
