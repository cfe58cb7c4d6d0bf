/* house_test.c - holds the sources to the plan of the house (docs/house.md, docs/style.md): who may
 * include whom, what sim/ must never use, how long things may be.  What is allowed against a rule
 * is a row with its reason, and a row that is no longer needed fails too. */
#include "sim/base/buf.h"
#include "sim/base/fmt.h"
#include "sim/base/mem.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX    600
#define COLUMNS_MAX  100
#define FUNCTION_MAX 60

/* ---- the floors ---- */

struct room {
    slice path; /* the longest that fits is meant */
    int floor;
    const char *only; /* rooms below that may be used; NULL: all of them */
};
/* clang-format off */
static const struct room rooms[] = {
    { SLICE_INIT("sim/base/"),    0, NULL },
    { SLICE_INIT("sim/trace/"),   1, NULL },
    { SLICE_INIT("sim/core/"),    2, NULL },
    { SLICE_INIT("sim/mail/"),    2, "sim/base/" },
    { SLICE_INIT("sim/net/"),     3, NULL },
    { SLICE_INIT("sim/proto/"),   3, "sim/base/ sim/mail/" }, /* no clock, no wire, no trace */
    { SLICE_INIT("sim/actors/"),  4, NULL },
    { SLICE_INIT("sim/export/"),  4, "sim/base/ sim/trace/" }, /* knows no actor */
    { SLICE_INIT("sim/world/"),   5, NULL },
    { SLICE_INIT("sim/gateway/"), 5, NULL },
    { SLICE_INIT("ui/"),          6, "sim/base/ sim/trace/" }, /* knows no actor */
    { SLICE_INIT("ui/parts"),      6, "sim/base/ sim/mail/" }, /* reads a letter as a server does */
    /* the commands and what only they use: these open doors below */
    { SLICE_INIT("ui/main.c"),    7, NULL },
    { SLICE_INIT("ui/cmd_"),      7, NULL },
    { SLICE_INIT("ui/recording"), 7, NULL },
    { SLICE_INIT("ui/bench"),     7, NULL },
    { SLICE_INIT("ui/report_print"), 7, NULL },
};
/* clang-format on */

static const struct room *room_of(slice path)
{
    const struct room *best = NULL;
    for (size_t i = 0; i < COUNT(rooms); i++) {
        if (slice_starts(path, rooms[i].path) && (!best || rooms[i].path.len > best->path.len)) {
            best = &rooms[i];
        }
    }
    return best;
}

static bool may_include(slice from, slice what)
{
    const struct room *own = room_of(from), *other = room_of(what);
    if (!own || !other) {
        return false;
    }
    if (own == other) {
        return true;
    }
    bool same_house = slice_starts(what, SLICE("ui/")) && other->floor <= own->floor;
    bool below = other->floor < own->floor || same_house;
    return below &&
           (!own->only || same_house || slice_find(slice_of(own->only), other->path) != SLICE_NONE);
}

/* ---- what must not be used ---- */

struct ban {
    slice where;
    const char *word; /* a whole word; with "(" a call */
};
static const struct ban bans[] = {
    { SLICE_INIT("sim/"), "float" },          { SLICE_INIT("sim/"), "double" },
    { SLICE_INIT("sim/"), "time(" },          { SLICE_INIT("sim/"), "clock(" },
    { SLICE_INIT("sim/"), "rand(" },          { SLICE_INIT("sim/"), "srand(" },
    { SLICE_INIT("sim/"), "random(" },        { SLICE_INIT("sim/"), "getenv(" },
    { SLICE_INIT("sim/"), "errno" },          { SLICE_INIT("sim/"), "setlocale(" },
    { SLICE_INIT("sim/"), "localtime(" },     { SLICE_INIT("sim/"), "gettimeofday(" },
    { SLICE_INIT("sim/"), "clock_gettime(" },
};
static const struct ban banned_headers[] = {
    { SLICE_INIT(""), "ncurses.h" },
    { SLICE_INIT(""), "curses.h" },
    { SLICE_INIT(""), "ncursesw/ncurses.h" },
    { SLICE_INIT("sim/"), "math.h" },
    { SLICE_INIT("sim/"), "time.h" },
    { SLICE_INIT("sim/"), "locale.h" },
    { SLICE_INIT("sim/"), "errno.h" },
    { SLICE_INIT("sim/"), "sys/socket.h" },
    { SLICE_INIT("sim/"), "unistd.h" },
    { SLICE_INIT(""), "openssl/" }, /* and all in it */
    { SLICE_INIT(""), "uv.h" },
    { SLICE_INIT(""), "idn2.h" },
};

/* Against the rule, and why. */
static const struct {
    slice path; /* or the beginning of it */
    const char *what;
    const char *why;
} allowed[] = {
    { SLICE_INIT("ui/term_curses.c"), "curses.h", "the only file that draws with ncurses" },
    { SLICE_INIT("sim/base/crypt.c"), "openssl/",
      "digests, which proto needs and net must not lend" },
    { SLICE_INIT("sim/base/idna.c"), "idn2.h", "names become A-labels here, and nowhere else" },
    { SLICE_INIT("sim/net/tls"), "openssl/", "behind them nobody needs to know whose TLS it is" },
    { SLICE_INIT("sim/base/json.c"), "double", "cJSON's numbers become integers here, once" },
};
static bool allowed_used[COUNT(allowed)];

static bool is_allowed(slice path, const char *what)
{
    if (slice_starts(path, SLICE("sim/gateway/"))) { /* the door to the real world */
        return true;
    }
    for (size_t i = 0; i < COUNT(allowed); i++) {
        if (slice_starts(path, allowed[i].path) &&
            slice_eq(slice_of(what), slice_of(allowed[i].what))) {
            allowed_used[i] = true;
            return true;
        }
    }
    return false;
}

/* ---- looking at one file ---- */

struct look {
    slice path;
    size_t line;
    struct buf *complaints;
};

static void complain(struct look *l, const char *what, slice detail)
{
    buf_add(l->complaints, l->path);
    buf_byte(l->complaints, ':');
    fmt_u64(l->complaints, l->line);
    buf_addz(l->complaints, ": ");
    buf_addz(l->complaints, what);
    buf_byte(l->complaints, ' ');
    buf_add(l->complaints, detail);
    buf_byte(l->complaints, '\n');
}

/* The code alone: comments and what stands in quotes become blanks, line ends stay. */
static void strip(slice text, struct buf *code)
{
    enum { CODE, BLOCK, LINE, QUOTED } in = CODE;
    char quote = '\0';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        bool skip = false;
        if (in == CODE && c == '/' && (next == '*' || next == '/')) {
            in = next == '*' ? BLOCK : LINE;
            skip = true;
        } else if (in == CODE && (c == '"' || c == '\'')) {
            in = QUOTED;
            quote = c;
        } else if (in == BLOCK && c == '*' && next == '/') {
            in = CODE;
            skip = true;
        } else if ((in == LINE && c == '\n') || (in == QUOTED && c == quote)) {
            in = CODE;
        } else if (in == QUOTED && c == '\\') {
            skip = true;
        } else if (in == CODE) {
            buf_byte(code, c);
            continue;
        }
        buf_byte(code, c == '\n' ? '\n' : ' ');
        if (skip) {
            buf_byte(code, next == '\n' ? '\n' : ' ');
            i++;
        }
    }
}

static bool is_word_byte(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool has_word(slice code, slice word)
{
    for (size_t at = 0; at + word.len <= code.len; at++) {
        slice rest = slice_from(code, at);
        char behind = rest.len > word.len ? rest.ptr[word.len] : ' ';
        bool ends = word.ptr[word.len - 1] == '(' || !is_word_byte(behind);
        if (slice_starts(rest, word) && ends && (at == 0 || !is_word_byte(code.ptr[at - 1]))) {
            return true;
        }
    }
    return false;
}

static void check_include(struct look *l, slice line)
{
    slice what = line;
    bool own = slice_starts(line, SLICE("#include \""));
    if (!own && !slice_starts(line, SLICE("#include <"))) {
        return;
    }
    (void)slice_cut(&what, own ? '"' : '<');
    what = slice_cut(&what, own ? '"' : '>');
    if (own && !may_include(l->path, what)) {
        complain(l, "must not include", what);
    }
    for (size_t i = 0; !own && i < COUNT(banned_headers); i++) {
        slice word = slice_of(banned_headers[i].word);
        bool folder = slice_ends(word, SLICE("/"));
        if (slice_starts(l->path, banned_headers[i].where) &&
            (folder ? slice_starts(what, word) : slice_eq(what, word)) &&
            !is_allowed(l->path, banned_headers[i].word)) {
            complain(l, "must not include", what);
        }
    }
}

static void check_words(struct look *l, slice code)
{
    for (size_t i = 0; i < COUNT(bans); i++) {
        if (slice_starts(l->path, bans[i].where) && has_word(code, slice_of(bans[i].word)) &&
            !is_allowed(l->path, bans[i].word)) {
            complain(l, "must not use", slice_of(bans[i].word));
        }
    }
}

/* "static int n = 0;", "static struct x y;" and, at the left margin, the same without "static".
 * Whatever says const or has a parenthesis (a function) is not looked at. */
static void check_mutable(struct look *l, slice code)
{
    bool in_sim = slice_starts(l->path, SLICE("sim/")) && slice_ends(l->path, SLICE(".c"));
    slice rest = slice_trim(code);
    slice all = rest;
    slice first = slice_word(&rest), second = slice_word(&rest), third = slice_word(&rest);
    bool is_static = slice_eq(first, SLICE("static"));
    bool margin = code.len > 0 && ascii_is_alpha(code.ptr[0]);
    if (!in_sim || (!is_static && !margin) || has_word(code, SLICE("const")) ||
        slice_find_byte(code, '(') != SLICE_NONE) {
        return;
    }
    static const char *const types[] = { "typedef", "extern", "enum", "return", "goto" };
    for (size_t i = 0; i < COUNT(types); i++) {
        if (slice_eq(first, slice_of(types[i]))) {
            return;
        }
    }
    bool forward = third.len == 0 && slice_eq(first, SLICE("struct"));
    bool data = slice_find_byte(code, '=') != SLICE_NONE ||
                (slice_ends(all, SLICE(";")) && second.len > 0 && !forward);
    if (data) {
        complain(l, "mutable data that outlives a call:", all);
    }
}

static size_t columns(slice line)
{
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        n += ((unsigned char)line.ptr[i] & 0xC0) != 0x80; /* UTF-8: one a code point */
    }
    return n;
}

static void check_head(struct look *l, slice text)
{
    slice name = l->path, rest = text;
    size_t at;
    while ((at = slice_find_byte(name, '/')) != SLICE_NONE) {
        name = slice_from(name, at + 1);
    }
    slice first = slice_cut(&rest, '\n');
    if (!slice_starts(first, SLICE("/* ")) || !slice_starts(slice_from(first, 3), name)) {
        complain(l, "begins without a head comment:", first);
    }
}

static void check_lines(struct look *l, slice text, slice code)
{
    size_t function_from = 0;
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n'), stripped = slice_cut(&code, '\n');
        l->line++;
        check_include(l, line);
        check_words(l, stripped);
        check_mutable(l, stripped);
        if (columns(line) > COLUMNS_MAX) {
            complain(l, "a line of more than 100 columns", (slice){ 0 });
        }
        if (slice_eq(line, SLICE("{"))) {
            function_from = l->line;
        }
        if (slice_eq(line, SLICE("}")) && function_from > 0) {
            if (l->line - function_from > FUNCTION_MAX + 1) {
                complain(l, "a function of more than 60 lines ends here", (slice){ 0 });
            }
            function_from = 0;
        }
    }
    if (l->line > LINES_MAX) {
        complain(l, "more than 600 lines", (slice){ 0 });
    }
}

static void check_text(slice path, slice text, struct buf *complaints)
{
    struct look l = { path, 1, complaints };
    struct buf code = { 0 };
    strip(text, &code);
    check_head(&l, text);
    l.line = 0;
    check_lines(&l, text, buf_slice(&code));
    buf_deinit(&code);
}

/* Where a shorter time-out waits beside longer ones Criterion 2.4 loses a block, and the leak checker
 * blames the suite for it.  The limit is the runner's, one for all. */
static void check_test(slice path, slice text, struct buf *complaints)
{
    struct look l = { path, 0, complaints };
    bool in_head = false;
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        l.line++;
        in_head = in_head || slice_starts(line, SLICE("Test"));
        if (in_head && slice_find(line, SLICE(".timeout")) != SLICE_NONE) {
            complain(&l, "a test with a time-out of its own", (slice){ 0 });
        }
        in_head = in_head && !slice_ends(line, SLICE(")")) && !slice_ends(line, SLICE(";"));
    }
}

/* ---- walking ---- */

typedef void check_fn(slice path, slice text, struct buf *complaints);

static void read_all(const char *path, struct buf *text)
{
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    char piece[8192];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
        buf_add(text, (slice){ piece, n });
    }
    fclose(f);
}

static size_t walk(const char *folder, check_fn *check, struct buf *complaints)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        return 0;
    }
    size_t files = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        slice name = slice_of(entry->d_name);
        struct buf path = { 0 }, text = { 0 };
        buf_addz(&path, folder);
        buf_byte(&path, '/');
        buf_add(&path, name);
        if (slice_ends(name, SLICE(".c")) || slice_ends(name, SLICE(".h"))) {
            read_all(buf_z(&path), &text);
            check(buf_slice(&path), buf_slice(&text), complaints);
            files++;
        } else {
            files += walk(buf_z(&path), check, complaints);
        }
        buf_deinit(&path);
        buf_deinit(&text);
    }
    closedir(dir);
    return files;
}

Test(house, every_source_keeps_to_the_plan)
{
    struct buf complaints = { 0 };
    size_t files = walk("sim", check_text, &complaints) + walk("ui", check_text, &complaints);
    files += walk("tests/unit", check_test, &complaints);
    cr_expect_gt(files, 500, "the tests run in the project's root");
    cr_expect_eq(complaints.len, 0, "\n%s", buf_z(&complaints));
    for (size_t i = 0; i < COUNT(allowed); i++) {
        cr_expect(allowed_used[i], "no longer needed: %.*s may use %s because %s",
                  SLICE_ARG(allowed[i].path), allowed[i].what, allowed[i].why);
    }
    buf_deinit(&complaints);
}

Test(house, notices_what_breaks_the_plan)
{
    static const struct {
        const char *path, *text, *want; /* want NULL: nothing is wrong */
    } cases[] = {
        { "sim/net/x.c", "/* x.c - y */\n#include \"sim/proto/smtp.h\"\n", ":2: must not include" },
        { "sim/proto/x.c", "/* x.c - y */\n#include \"sim/trace/trace.h\"\n", "must not include" },
        { "sim/proto/x.c", "/* x.c - y */\n#include \"sim/mail/message.h\"\n", NULL },
        { "sim/base/x.h", "/* x.h - y */\n#include \"sim/core/engine.h\"\n", "must not include" },
        { "sim/export/x.c", "/* x.c - y */\n#include \"sim/net/network.h\"\n", "must not include" },
        { "ui/panes/x.c", "/* x.c - y */\n#include \"sim/mail/message.h\"\n", "must not include" },
        { "ui/panes/x.c", "/* x.c - y */\n#include \"ui/canvas.h\"\n", NULL },
        { "ui/app.c", "/* app.c - y */\n#include \"ui/recording.h\"\n", "must not include" },
        { "ui/cmd_x.c", "/* cmd_x.c - y */\n#include \"sim/world/world.h\"\n", NULL },
        { "sim/world/x.c", "/* x.c - y */\n#include \"ui/canvas.h\"\n", "must not include" },
        { "ui/x.c", "/* x.c - y */\n#include <ncurses.h>\n", "must not include" },
        { "sim/mail/x.c", "/* x.c - y */\nint f(void)\n{\n    return time(NULL);\n}\n", "time(" },
        { "sim/mail/x.c", "/* x.c - y */\n/* a double */\nconst char *s = \"float\";\n", NULL },
        { "sim/mail/x.c", "/* x.c - y */\nstatic const double x = 1;\n", "double" },
        { "sim/mail/x.c", "/* x.c - y */\nbool sim_time(int x);\nbool run_time(int y);\n", NULL },
        { "sim/actors/x.c", "/* x.c - y */\n#include <openssl/ssl.h>\n", "must not include" },
        { "sim/net/tls_x.c", "/* tls_x.c - y */\n#include <openssl/ssl.h>\n", NULL },
        { "sim/base/crypt.c", "/* crypt.c - y */\n#include <openssl/evp.h>\n", NULL },
        { "sim/base/x.c", "/* x.c - y */\n#include <openssl/evp.h>\n", "must not include" },
        { "sim/gateway/x.c", "/* x.c - y */\n#include <errno.h>\n", NULL },
        { "sim/mail/x.c", "/* x.c - y */\nstatic int count;\n", "mutable" },
        { "sim/mail/x.c", "/* x.c - y */\nint count = 3;\n", "mutable" },
        { "sim/mail/x.c", "/* x.c - y */\nvoid f(void)\n{\n    static int n = 0;\n}\n", "mutable" },
        { "sim/mail/x.c", "/* x.c - y */\nstatic const int n[] = { 1 };\nstruct x;\n", NULL },
        { "sim/mail/x.c", "int x(void);\n", "head comment" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf got = { 0 };
        check_text(slice_of(cases[i].path), slice_of(cases[i].text), &got);
        bool found = cases[i].want && strstr(buf_z(&got), cases[i].want);
        cr_expect(cases[i].want ? found : got.len == 0, "row %zu: %s", i, buf_z(&got));
        buf_deinit(&got);
    }
}

Test(house, notices_a_test_with_a_time_out_of_its_own)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "Test(a, b, .timeout = 9)\n{\n}\n", ":1: a test with" },
        { "Test(a, b,\n     .timeout = 9)\n{\n}\n", ":2: a test with" },
        { "Test(a, b, .init = c)\n{\n    x = { .timeout = 9 };\n}\n", NULL },
        { "TestSuite(a, .init = c);\nstatic struct x x = { .timeout = 9 };\n", NULL },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf got = { 0 };
        check_test(SLICE("tests/unit/x_test.c"), slice_of(cases[i].text), &got);
        bool found = cases[i].want && strstr(buf_z(&got), cases[i].want);
        cr_expect(cases[i].want ? found : got.len == 0, "row %zu: %s", i, buf_z(&got));
        buf_deinit(&got);
    }
}
