# A server's life. Standard input is a pipe whose other end the starting process holds: however that one ends, `cat`
# returns, the server stops, and what was temporary goes.
set -e
data=$1 sockets=$2 temporary=$3 programs=$4 superuser=$5 options=$6 stop=$7
trap 'rm -rf "$sockets" "$temporary"' EXIT
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
