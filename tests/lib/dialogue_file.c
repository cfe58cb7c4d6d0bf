/* dialogue_file.c - reads a transcript (see dialogue.h).
 * Never knows a session: only who speaks, and where the barriers are. */
#include "tests/lib/dialogue_file.h"

#include "sim/base/fmt.h"
#include "sim/base/mem.h"
#include "tests/lib/dialogue.h"

#include <stdio.h>

void dialogue_escape(struct buf *out, slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (c == '\r' || c == '\n' || c == '\\') {
            buf_byte(out, '\\');
            buf_byte(out, c == '\r' ? 'r' : c == '\n' ? 'n' : '\\');
        } else if ((unsigned char)c < ' ' || (unsigned char)c > '~') {
            buf_addz(out, "\\x");
            fmt_hex(out, (unsigned char)c, 2);
        } else {
            buf_byte(out, c);
        }
    }
}

static int hex_value(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void dialogue_unescape(struct buf *out, slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        if (text.ptr[i] != '\\') {
            buf_byte(out, text.ptr[i]);
        } else if (next == 'x' && i + 3 < text.len && hex_value(text.ptr[i + 2]) >= 0 &&
                   hex_value(text.ptr[i + 3]) >= 0) {
            buf_byte(out, (char)(hex_value(text.ptr[i + 2]) * 16 + hex_value(text.ptr[i + 3])));
            i += 3;
        } else if (next == 'r' || next == 'n' || next == 't' || next == '\\') {
            buf_byte(out, next == 'r' ? '\r' : next == 'n' ? '\n' : next == 't' ? '\t' : '\\');
            i++;
        } else {
            buf_byte(out, '\\');
        }
    }
}

struct reader {
    struct transcript *t;
    bool client; /* the session is the client */
    bool in_head;
    size_t line;
    struct buf *problem;
};

static bool complain(struct reader *r, const char *what)
{
    buf_addz(r->problem, r->t->path);
    buf_byte(r->problem, ':');
    fmt_u64(r->problem, r->line);
    buf_addz(r->problem, ": ");
    buf_addz(r->problem, what);
    return false;
}

/* The turn being written; a new one is begun behind a barrier, or when the peer speaks again. */
static struct turn *turn_now(struct reader *r, bool peer_speaks)
{
    struct transcript *t = r->t;
    struct turn *last = t->turn_count > 0 ? &t->turns[t->turn_count - 1] : NULL;
    size_t out_before = t->turn_count > 1 ? last[-1].out_to : 0;
    if (!last || last->barrier != BAR_NONE || (peer_speaks && t->out.len > out_before)) {
        t->turns = mem_grow(t->turns, t->turn_count, &t->turn_cap, sizeof *t->turns);
        last = &t->turns[t->turn_count++];
        *last = (struct turn){ 0 };
    }
    last->line = r->line;
    return last;
}

/* "C: text", "S> text\r\n", "C* 900 text" */
static bool read_speech(struct reader *r, slice line)
{
    struct transcript *t = r->t;
    bool from_session = (line.ptr[0] == 'C') == r->client;
    char how = line.ptr[1];
    slice text = slice_from(line, line.len > 2 && line.ptr[2] == ' ' ? 3 : 2);
    uint64_t times = 1;
    if (how == '*') {
        slice number = slice_cut(&text, ' ');
        if (!slice_to_u64(number, &times)) {
            return complain(r, "how many times?");
        }
    }
    struct turn *turn = turn_now(r, !from_session);
    struct buf *to = from_session ? &t->out : &t->in;
    for (uint64_t i = 0; i < times; i++) {
        if (how == ':') {
            buf_add(to, text);
            buf_addz(to, "\r\n");
        } else {
            dialogue_unescape(to, text);
        }
    }
    turn->in_to = t->in.len;
    turn->out_to = t->out.len;
    return true;
}

static bool add_pair(struct dialogue_pair **pairs, size_t *count, size_t *cap, slice name,
                     slice value)
{
    *pairs = mem_grow(*pairs, *count, cap, sizeof **pairs);
    (*pairs)[(*count)++] = (struct dialogue_pair){ name, value };
    return true;
}

static bool add_event(struct transcript *t, slice text)
{
    t->has_events = true;
    buf_add(&t->events, text);
    buf_byte(&t->events, '\n');
    return true;
}

static bool add_barrier(struct reader *r, enum barrier kind, slice argument)
{
    struct turn *turn = turn_now(r, false);
    turn->in_to = r->t->in.len;
    turn->out_to = r->t->out.len;
    turn->barrier = kind;
    turn->argument = argument;
    return true;
}

static const struct {
    const char *word;
    enum barrier kind;
} barriers[] = {
    { "ACT", BAR_ACT },           { "EOF", BAR_EOF },     { "TIME", BAR_TIME },
    { "DEADLINE", BAR_DEADLINE }, { "STATE", BAR_STATE }, { "DROP", BAR_DROP },
    { "TLS", BAR_TLS },           { "CLOSE", BAR_CLOSE },
};

static bool read_line(struct reader *r, slice line, bool (*client_of)(void *, slice), void *user)
{
    struct transcript *t = r->t;
    if (line.len == 0 || line.ptr[0] == '#') {
        return true;
    }
    bool speech = line.len >= 2 && (line.ptr[0] == 'C' || line.ptr[0] == 'S') &&
                  (line.ptr[1] == ':' || line.ptr[1] == '>' || line.ptr[1] == '*');
    if (speech) {
        if (r->in_head) {
            r->in_head = false;
            r->client = client_of(user, t->session);
        }
        return read_speech(r, line);
    }
    slice value = line;
    slice name = slice_cut(&value, ':');
    value = slice_trim(value);
    if (slice_eq(name, SLICE("E"))) {
        return add_event(t, value);
    }
    if (slice_eq(name, SLICE("HOST"))) {
        slice event = slice_word(&value);
        return add_pair(&t->decisions, &t->decision_count, &t->decision_cap, event,
                        slice_trim(value));
    }
    for (size_t i = 0; i < COUNT(barriers); i++) {
        if (slice_eq(name, slice_of(barriers[i].word))) {
            return add_barrier(r, barriers[i].kind, value);
        }
    }
    if (!r->in_head) {
        return complain(r, "not understood");
    }
    if (slice_eq(name, SLICE("session"))) {
        t->session = value;
        return true;
    }
    return add_pair(&t->heads, &t->head_count, &t->head_cap, name, value);
}

bool transcript_file(const char *path, struct buf *text)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return false;
    }
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
        buf_add(text, (slice){ piece, n });
    }
    return fclose(f) == 0;
}

bool transcript_read(struct transcript *t, const char *path, slice text,
                     bool (*client_of)(void *, slice), void *user, struct buf *text_r)
{
    *t = (struct transcript){ .path = path };
    arena_init(&t->arena);
    struct reader r = { .t = t, .in_head = true, .problem = text_r };
    slice rest = arena_copy(&t->arena, text);
    while (rest.len > 0) {
        r.line++;
        if (!read_line(&r, slice_cut(&rest, '\n'), client_of, user)) {
            return false;
        }
    }
    return add_barrier(&r, BAR_END, (slice){ 0 });
}

void transcript_deinit(struct transcript *t)
{
    mem_free(t->heads);
    mem_free(t->decisions);
    mem_free(t->turns);
    buf_deinit(&t->in);
    buf_deinit(&t->out);
    buf_deinit(&t->events);
    arena_deinit(&t->arena);
    *t = (struct transcript){ 0 };
}
