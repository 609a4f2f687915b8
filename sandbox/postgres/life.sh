# A server's life. Standard input is a pipe whose other end the starting process holds: however that one ends, `cat`
# returns, the server stops, and what was temporary goes.
set -e
data=$1 sockets=$2 programs=$3 superuser=$4 options=$5 stop=$6
trap 'rm -rf "$sockets"' EXIT
cd "$sockets"

fail() {
    cat log >&2
    exit 1
}

if [ ! -f "$data/PG_VERSION" ]; then
    "$programs/initdb" -D "$data" -U "$superuser" -A trust -E UTF8 --locale=C.UTF-8 --no-sync >log 2>&1 || fail
fi
"$programs/pg_ctl" -s -w -D "$data" -l "$sockets/log" -o "$options" start 2>>log || fail
echo ready
cat >/dev/null
"$programs/pg_ctl" -s -w -D "$data" -m "$stop" stop
