# Embeds SQL files as C strings. form=source: the files themselves are the input; form=header: a list of their
# names is. sql/queries/<folder>/<name>.sql becomes sql_<folder>_<name>; sql/migrations/NNNN_what.sql becomes a
# row of sql_migrations.
function symbol(path,   s) {
    s = path
    sub(/^sql\/queries\//, "", s)
    sub(/\.sql$/, "", s)
    gsub(/[^A-Za-z0-9]/, "_", s)
    return "sql_" s
}
function is_migration(path) { return path ~ /^sql\/migrations\// }
function migration_number(path,   s) { s = path; sub(/^.*\//, "", s); return substr(s, 1, 4) + 0 }
function migration_name(path,   s) { s = path; sub(/^.*\//, "", s); sub(/\.sql$/, "", s); return s }
function close_string() { if (open_file != "") print "    \"\";\n" }

BEGIN {
    if (form == "header") {
        print "/* Made from sql/ by sql/embed.awk. */"
        print "#ifndef DAYBOOK_QUERIES_H\n#define DAYBOOK_QUERIES_H\n"
        print "#include <stddef.h>\n"
        print "struct sql_migration {\n    int number;\n    const char *name;\n    const char *text;\n};"
        print "extern const struct sql_migration sql_migrations[];\nextern const size_t sql_migration_count;"
    } else {
        print "/* Made from sql/ by sql/embed.awk. */\n#include \"queries.h\"\n"
    }
}
form == "header" {
    if (!is_migration($0) && $0 != "")
        print "extern const char " symbol($0) "[];"
    next
}
FNR == 1 {
    close_string()
    open_file = FILENAME
    if (is_migration(FILENAME)) {
        migrations[++migration_count] = FILENAME
        print "static const char migration_" migration_number(FILENAME) "[] ="
    } else {
        print "const char " symbol(FILENAME) "[] ="
    }
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    gsub(/\?\?/, "?\" \"?")
    print "    \"" $0 "\\n\""
}
END {
    if (form == "header") {
        print "\n#endif"
        exit
    }
    close_string()
    print "const struct sql_migration sql_migrations[] = {"
    for (i = 1; i <= migration_count; i++)
        print "    {" migration_number(migrations[i]) ", \"" migration_name(migrations[i]) "\", migration_" migration_number(migrations[i]) "},"
    print "    {0, NULL, NULL}};"
    print "const size_t sql_migration_count = " migration_count + 0 ";"
}
