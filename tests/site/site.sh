#!/bin/bash
# A site of our own: a PostgreSQL server on a Unix socket and an OpenSSH SFTP server on loopback, with keys and data
# under var/NAME, so that the demo and the tests touch nothing else on the machine.
#
#   tests/site/site.sh up NAME        start what is not running; writes var/NAME/site.env and var/NAME/daybook.conf
#   tests/site/site.sh down NAME      stop both
#   tests/site/site.sh status NAME    say what is running (exit 0: both, 3: not both)
#   tests/site/site.sh psql NAME ...  psql on the site's database
#   tests/site/site.sh drop NAME      stop both and remove var/NAME
#
# SITE_FAST=1 gives up durability of the database server for speed (tests).
set -euo pipefail
export LC_ALL=C
unset "${!PG@}"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
superuser=daybook_test
database=daybook

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'site: %s\n' "$1" >&2
    if [ $# -gt 1 ]; then
        printf 'hint: %s\n' "$2" >&2
    fi
    exit 1
}

# ---- PostgreSQL

# initdb and postgres refuse root. The account "postgres" has nothing to look for in a clone under /root, so it is given
# the two capabilities that let it walk there; where the machine does not hand those out, the data lie in /var/tmp.
choose_server_account() {
    as_server=()
    if [ "$(id -u)" -ne 0 ]; then
        return
    fi
    getent passwd postgres >/dev/null || fail "no account 'postgres' on this machine" "run tests/site/setup"
    local drop=(setpriv --reuid=postgres --regid=postgres --init-groups)
    local walk=(--inh-caps=+dac_override,+dac_read_search --ambient-caps=+dac_override,+dac_read_search)
    as_server=("${drop[@]}")
    # Tried by doing it: test(1) works out permissions by itself and knows nothing of capabilities.
    if "${drop[@]}" "${walk[@]}" mkdir "$dir/server/probe" 2>/dev/null; then
        rmdir "$dir/server/probe"
        as_server+=("${walk[@]}")
    fi
}

find_server_programs() {
    local candidate
    pg_bin=
    for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V) /usr/bin /usr/local/bin /usr/local/pgsql/bin; do
        if [ -x "$candidate/initdb" ]; then
            pg_bin=$candidate
        fi
        if [ -n "$pg_bin" ] && [[ $candidate == */15/bin ]]; then
            break
        fi
    done
    [ -n "$pg_bin" ] || fail "no PostgreSQL server on this machine" "run tests/site/setup"
    sshd=$(command -v sshd || echo /usr/sbin/sshd)
    [ -x "$sshd" ] || fail "no sshd on this machine" "run tests/site/setup"
}

make_data_folder() {
    if [ -n "$data" ] && "${as_server[@]}" test -s "$data/site.conf"; then
        return
    fi
    data=$dir/server/data
    rm -rf "$data"
    if mkdir "$data" && own_by_server "$data" && "${as_server[@]}" mkdir "$data/probe" 2>/dev/null; then
        "${as_server[@]}" rmdir "$data/probe"
    else
        rm -rf "$data"
        data=$(mktemp -d /var/tmp/daybook-data-XXXXXX)
        own_by_server "$data"
        say "site: the account 'postgres' cannot reach $dir, its data go to $data"
    fi
    (cd / && "${as_server[@]}" "$pg_bin/initdb" -D "$data" -U "$superuser" --auth-local=trust --auth-host=reject \
        --encoding=UTF8 --locale=C --no-sync) >"$dir/log/initdb.log" 2>&1 ||
        fail "initdb failed: $(tail -n 1 "$dir/log/initdb.log")" "see $dir/log/initdb.log"
    echo "include 'site.conf'" | "${as_server[@]}" tee -a "$data/postgresql.conf" >/dev/null
    printf '%s\n' "$data" >"$dir/server/data.path"
}

own_by_server() {
    [ "$(id -u)" -ne 0 ] || chown postgres: "$1"
}

shared_buffers_mb() {
    local eighth
    eighth=$(awk '/^MemTotal:/ { print int($2 / 1024 / 8) }' /proc/meminfo)
    echo $((eighth < 512 ? eighth : 512))
}

write_server_settings() {
    local fast=off memory=posix
    if [ "${SITE_FAST:-0}" = 1 ]; then
        fast=on
    fi
    # Containers often have a /dev/shm too small for one parallel index build.
    if [ "$(df --output=size -k /dev/shm 2>/dev/null | tail -n 1 || echo 0)" -lt 262144 ]; then
        memory=mmap
    fi
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$socket'"
        echo "unix_socket_permissions = 0700"
        echo "max_connections = 60"
        echo "shared_buffers = $(shared_buffers_mb)MB"
        echo "maintenance_work_mem = 256MB"
        echo "max_wal_size = 4GB"
        echo "checkpoint_timeout = 15min"
        echo "dynamic_shared_memory_type = $memory"
        echo "jit = off"
        echo "timezone = 'Asia/Shanghai'"
        echo "log_timezone = 'Asia/Shanghai'"
        echo "log_line_prefix = '%m [%p] %d '"
        if [ "$fast" = on ]; then
            echo "fsync = off"
            echo "full_page_writes = off"
        fi
    } | "${as_server[@]}" tee "$data/site.conf" >/dev/null
}

# The pid in postmaster.pid, if that process is a server on our data folder (a pid may have been given away again).
server_pid() {
    local pid
    [ -n "$data" ] || return 1
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ] || return 1
    echo "$pid"
}

# After a kill the pid file names a process that is gone, or one that nobody has reaped yet, or a stranger. PostgreSQL
# will not start over the last two; the file may go once no process works in the data folder any more.
clear_stale_pid() {
    local tenths=100
    while [ -e "$data/postmaster.pid" ] && readlink /proc/[0-9]*/cwd 2>/dev/null | grep -qxF "$data"; do
        ((tenths-- > 0)) || fail "processes of an earlier server still work in $data"
        sleep 0.1
    done
    rm -f "$data/postmaster.pid"
}

server_socket() {
    sed -n 5p "$data/postmaster.pid"
}

server_up() {
    if server_pid >/dev/null; then
        socket=$(server_socket)
        return
    fi
    make_data_folder
    clear_stale_pid
    forget_socket
    # A Unix socket's path has at most 107 bytes, whatever the length of ours.
    socket=$(mktemp -d /tmp/daybook-XXXXXX)
    printf '%s\n' "$socket" >"$dir/server/socket.path"
    own_by_server "$socket"
    write_server_settings
    # Started from / : the caller's folder may be one that the server's account cannot enter.
    (cd / && "${as_server[@]}" "$pg_bin/pg_ctl" start -w -t 120 -s -D "$data" -l "$data/server.log" \
        9>&- </dev/null >/dev/null 2>&1) || fail "PostgreSQL did not start" "see $data/server.log"
    "$pg_bin/psql" -h "$socket" -U "$superuser" -d postgres -XqAtc \
        "SELECT 1 FROM pg_database WHERE datname = '$database'" | grep -q 1 ||
        "$pg_bin/createdb" -h "$socket" -U "$superuser" "$database"
}

# Only a folder that mktemp gave us; a name in a file is no licence to remove anything else.
forget_socket() {
    local old
    old=$(cat "$dir/server/socket.path" 2>/dev/null) || return 0
    if [[ $old == /tmp/daybook-?????? ]]; then
        rm -rf "$old"
    fi
    rm -f "$dir/server/socket.path"
}

server_down() {
    local pid
    if pid=$(server_pid); then
        kill -INT "$pid"
        wait_for_end "$pid" 60 || fail "PostgreSQL (pid $pid) did not stop within 60 seconds" \
            "see $data/server.log"
    fi
    forget_socket
}

wait_for_end() {
    local tenths=$(($2 * 10))
    while [ -e "/proc/$1" ] && [ "$(awk '/^State:/ { print $2 }' "/proc/$1/status" 2>/dev/null)" != Z ]; do
        ((tenths-- > 0)) || return 1
        sleep 0.1
    done
}

# ---- the SFTP server

make_ssh_keys() {
    local key
    for key in host_key user_key; do
        [ -s "$dir/sshd/$key" ] || ssh-keygen -q -t ed25519 -N '' -C "daybook $key" -f "$dir/sshd/$key"
    done
    cp "$dir/sshd/user_key.pub" "$dir/sshd/authorized_keys"
}

write_sshd_config() {
    local pam=no
    # sshd turns a locked account away unless PAM is asked instead.
    if [ "$(id -u)" -eq 0 ] && getent shadow root | cut -d: -f2 | grep -q '^!'; then
        pam=yes
    fi
    {
        echo "ListenAddress 127.0.0.1"
        echo "Port $1"
        echo "HostKey \"$dir/sshd/host_key\""
        echo "PidFile \"$dir/sshd/sshd.pid\""
        echo "AuthorizedKeysFile \"$dir/sshd/authorized_keys\""
        echo "AllowUsers $(id -un)"
        echo "PermitRootLogin prohibit-password"
        echo "PubkeyAuthentication yes"
        echo "PasswordAuthentication no"
        echo "KbdInteractiveAuthentication no"
        echo "StrictModes no"
        echo "UsePAM $pam"
        echo "UseDNS no"
        echo "AllowTcpForwarding no"
        echo "X11Forwarding no"
        echo "PrintMotd no"
        echo "MaxStartups 200"
        echo "MaxSessions 100"
        echo "LogLevel VERBOSE"
        echo "Subsystem sftp internal-sftp"
        echo "ForceCommand internal-sftp"
    } >"$dir/sshd/sshd_config"
    # Newer servers punish an address for failed logins, which the tests cause on purpose.
    echo "PerSourcePenalties no" | cat "$dir/sshd/sshd_config" - >"$dir/sshd/sshd_config.new"
    if "$sshd" -t -f "$dir/sshd/sshd_config.new" 2>/dev/null; then
        mv "$dir/sshd/sshd_config.new" "$dir/sshd/sshd_config"
    else
        rm "$dir/sshd/sshd_config.new"
    fi
}

sshd_pid() {
    local pid
    pid=$(cat "$dir/sshd/sshd.pid" 2>/dev/null) || return 1
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$dir/sshd/sshd_config" || return 1
    echo "$pid"
}

sshd_up() {
    local attempt
    port=$(cat "$dir/sshd/port" 2>/dev/null || echo 0)
    if sshd_pid >/dev/null; then
        return
    fi
    make_ssh_keys
    if [ "$(id -u)" -eq 0 ]; then
        mkdir -p -m 755 /run/sshd
    fi
    for attempt in {1..30}; do
        # The port of last time first, so that known_hosts and settings written then stay true.
        if [ "$port" -eq 0 ] || [ "$attempt" -gt 1 ]; then
            port=$((20000 + RANDOM % 12000))
        fi
        if start_sshd; then
            printf '%s\n' "$port" >"$dir/sshd/port"
            printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 "$dir/sshd/host_key.pub")" >"$dir/sshd/known_hosts"
            return
        fi
    done
    fail "sshd did not start: $(tail -n 1 "$dir/log/sshd.log")" "see $dir/log/sshd.log"
}

start_sshd() {
    local tenths=50
    rm -f "$dir/sshd/sshd.pid"
    write_sshd_config "$port"
    "$sshd" -t -f "$dir/sshd/sshd_config" || fail "sshd refuses its settings" "see $dir/sshd/sshd_config"
    # It ends at once when it cannot bind; the pid file is written after it could.
    "$sshd" -f "$dir/sshd/sshd_config" -E "$dir/log/sshd.log" 9>&- </dev/null || return 1
    while ! sshd_pid >/dev/null; do
        ((tenths-- > 0)) || return 1
        sleep 0.1
    done
}

sshd_down() {
    local pid
    if pid=$(sshd_pid); then
        kill -TERM "$pid"
        wait_for_end "$pid" 20 || fail "sshd (pid $pid) did not stop within 20 seconds"
    fi
    rm -f "$dir/sshd/sshd.pid"
}

# ---- the site

write_environment() {
    local name
    SITE_NAME=$site
    SITE_DIR=$dir
    SITE_PGHOST=$socket
    SITE_PGUSER=$superuser
    SITE_PGDATABASE=$database
    SITE_PGBIN=$pg_bin
    SITE_PGDATA=$data
    SITE_PGLOG=$data/server.log
    SITE_CONNINFO="host=$socket user=$superuser dbname=$database"
    SITE_SFTP_HOST=127.0.0.1
    SITE_SFTP_PORT=$port
    SITE_SFTP_USER=$(id -un)
    SITE_SFTP_KEY=$dir/sshd/user_key
    SITE_SFTP_KNOWN_HOSTS=$dir/sshd/known_hosts
    SITE_SFTP_ROOT=$dir/sftp
    SITE_OUTBOX=$dir/outbox
    SITE_INTAKE=$dir/intake
    SITE_PKI=${SITE_PKI:-$dir/city/pki}
    for name in ${!SITE_@}; do
        if [ "$name" != SITE_FAST ]; then
            printf '%s=%q\n' "$name" "${!name}"
        fi
    done >"$dir/site.env.new"
    mv "$dir/site.env.new" "$dir/site.env"
}

write_settings() {
    cat >"$dir/daybook.conf.new" <<CONF
; Settings of the site "$site", written by tests/site/site.sh at each start.
[site]
name = $site
timezone = Asia/Shanghai
language = zh_CN
outbox = $SITE_OUTBOX
intake = $SITE_INTAKE

[database]
conninfo = $SITE_CONNINFO

[keys]
master = $SITE_PKI/master-keys.p7m
certificate = $SITE_PKI/host.crt
private_key = $SITE_PKI/host.key
collectors_ca = $SITE_PKI/ca.crt

[source city]
kind = collectors
host = $SITE_SFTP_HOST
port = $SITE_SFTP_PORT
user = $SITE_SFTP_USER
key_file = $SITE_SFTP_KEY
known_hosts = $SITE_SFTP_KNOWN_HOSTS
path = $SITE_SFTP_ROOT
parallel = 4
signature = required
CONF
    mv "$dir/daybook.conf.new" "$dir/daybook.conf"
}

site_up() {
    find_server_programs
    mkdir -p "$dir"/{server,sshd,log,sftp,outbox,intake}
    chmod 700 "$dir/sshd"
    touch "$dir/.site"
    exec 9>"$dir/.lock"
    flock 9
    choose_server_account
    server_up
    sshd_up
    write_environment
    write_settings
}

site_down() {
    if [ ! -d "$dir" ]; then
        return
    fi
    exec 9>"$dir/.lock"
    flock 9
    sshd_down
    server_down
}

site_status() {
    local pid both=0
    if pid=$(server_pid); then
        say "database: running, pid $pid, data in $data"
    else
        say "database: stopped"
        both=3
    fi
    if pid=$(sshd_pid); then
        say "sftp:     running, pid $pid, 127.0.0.1 port $(cat "$dir/sshd/port")"
    else
        say "sftp:     stopped"
        both=3
    fi
    return $both
}

site_drop() {
    [ -e "$dir" ] || return 0
    [ -e "$dir/.site" ] || fail "'$dir' is not a site made by this script" "remove it by hand if it may go"
    site_down
    if [[ $data == /var/tmp/daybook-data-?????? ]]; then
        rm -rf "$data"
    fi
    rm -rf "$dir"
}

site_psql() {
    server_pid >/dev/null || fail "the database of '$site' is stopped" "tests/site/site.sh up $site"
    find_server_programs
    exec "$pg_bin/psql" -h "$(server_socket)" -U "$superuser" -d "$database" "$@"
}

usage() {
    sed -n '5,9s/^#   //p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

main() {
    [ $# -ge 2 ] || usage
    local action=$1
    site=$2
    shift 2
    [[ $site =~ ^[a-z][a-z0-9_-]*$ ]] || fail "'$site' is not a name" "use lower case letters, digits, - and _"
    dir=$root/var/$site
    data=$(cat "$dir/server/data.path" 2>/dev/null || true)
    case $action in
    up) site_up ;;
    down) site_down ;;
    status) site_status ;;
    drop) site_drop ;;
    psql) site_psql "$@" ;;
    *) usage ;;
    esac
}

main "$@"
