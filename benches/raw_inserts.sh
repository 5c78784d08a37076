#!/bin/sh
# What SQLite alone needs for the rows of a database that `telltale screen` has filled: the same tables,
# indexes, settings and transactions, and nothing else. Beside the time of the screening it says how much
# of it the store is.
#
#   telltale screen applicants.ndjson --database-url sqlite://full.db >/dev/null
#   benches/raw_inserts.sh full.db
set -eu
full=$1
batch=${2:-250}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tables="candidates versions keys sketches screenings"
sqlite3 "$full" "select sql || ';' from sqlite_master where sql is not null and name not like '%sqlx%' and name not like 'sqlite_%' order by rowid" >"$dir/schema.sql"
for table in $tables; do
    sqlite3 "$full" "select '$table ' || count(*) || ' ' || (select count(*) from candidates) from $table"
done >"$dir/counts"
rows=$(sqlite3 "$full" "select count(*) from candidates")
{
    echo "pragma journal_mode=wal; pragma synchronous=normal; pragma wal_autocheckpoint=50000; pragma cache_size=-16000; "
    cat "$dir/schema.sql"
    echo "attach '$full' as full;"
    awk -v batch="$batch" -v rows="$rows" '
        { of[NR] = $1; each[NR] = rows ? $2 / rows : 0; tables = NR }
        END {
            for (from = 0; from < rows; from += batch) {
                print "begin immediate;"
                for (t = 1; t <= tables; t++) {
                    first = int(from * each[t]); last = int((from + batch) * each[t])
                    print "insert or ignore into main." of[t] " select * from full." of[t] " where rowid > " first " and rowid <= " last ";"
                }
                print "commit;"
            }
        }' "$dir/counts"
} >"$dir/run.sql"
start=$(date +%s.%N)
sqlite3 "$dir/raw.db" <"$dir/run.sql" >/dev/null
end=$(date +%s.%N)
echo "$rows $start $end" | awk '{ printf "%d candidates in %.1f s: %.0f a second\n", $1, $3 - $2, $1 / ($3 - $2) }'
