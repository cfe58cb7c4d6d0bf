/* text_row.c - a sentence for each kind of record.
 * Says only what the record says. */
#include "sim/export/text_row.h"

#include "sim/base/safe.h"

#include <string.h>

/* How a kind reads.  @ the actor; $a $b $c a field, by its type; $d the destination port of $b;
 * $1 the payload's first line, $2 the rest of it joined by blanks, $* all of it joined by commas;
 * $| at the end: all of it, a line each; $u until, as a clock; $s the start as a date; $B $C and
 * $U: in brackets, or nothing where there is none; $v what a certificate told; $t at the end: the
 * lines that TAMPER changes.
 * no: where the FLAG is 0, or a kind without one has no payload.  SILENT: not for a transcript (the
 * stage, and what SAID shows better).
 * A kind without a row is told by its names in kinds.h. */
#define SILENT                                                                                     \
    {                                                                                              \
        NULL, "", NULL                                                                             \
    }
static const struct {
    const char *mark, *text, *no;
} rows[TRACE_KIND_COUNT] = {
    [TRACE_WORLD] = { "***", "\"$a\" begins at $s, seed $b$|", NULL },
    [TRACE_ADDRESS] = { "***", "@ has the address $a", NULL },
    [TRACE_SCRIPT] = { "***", "script: @, $a: $*", NULL },
    [TRACE_LESSON] = SILENT,
    [TRACE_QUESTION] = { "***", "question: $1", NULL },
    [TRACE_STORY] = { "***", "story$B:$|", NULL },
    [TRACE_FAULT] = { "***", "fault: @, $a: $*$U", NULL },
    [TRACE_EXPECT] = { "***", "as expected: $1", "NOT as expected: $1 - $2" },
    [TRACE_END] = { "***", "the end", NULL },
    [TRACE_OPEN] = { "***", "@ connects to $a, port $d ($c)", NULL },
    [TRACE_ENDS] = { "***", "@ goes from $a to $b", NULL },
    [TRACE_OPENED] = { "***", "@ is connected to $a", NULL },
    [TRACE_FIN] = { "***", "@ will send no more (FIN)", NULL },
    [TRACE_CLOSED] = { "***", "closed for @: $a", NULL },
    [TRACE_UPGRADE] = { "***", "@ begins TLS, as the server", "@ begins TLS, as the client$B" },
    [TRACE_SECURED] = { "***", "@ is under $a, $b$v", NULL },
    [TRACE_UNSECURED] = { "***", "TLS fails for @: $a", NULL },
    [TRACE_DROPPED] = { "***", "@ throws away $a octets that came ahead of TLS:$|", NULL },
    [TRACE_TAMPER] = { "***", "what @ sends to $a is changed on the way:$t", NULL },
    [TRACE_LOST] = { "***", "a datagram to $a is lost, $b octets",
                     "a segment to $a is lost, $b octets" },
    [TRACE_ASK] = { "->", "DNS: $a $b? (@ asks $c)", NULL },
    [TRACE_ANSWER] = { "<-", "DNS: $a $b (@ knows):$|", NULL },
    [TRACE_CACHED] = { "***", "@ keeps $a $b until $u", "@ forgets $a $b" },
    [TRACE_ZONE] = { "***", "@: the zone $a has the serial $b now:$|", NULL },
    [TRACE_COMPOSE] = { "***", "@ writes <$a>, $b octets$|", NULL },
    [TRACE_KEPT] = { "***", "@ has <$a> from before, $b octets$|", NULL },
    [TRACE_LOGIN] = { "***", "@ lets $a in$C", "@ does not let $a in$C" },
    [TRACE_ENVELOPE] = { "***", "@ has an envelope for <$a> from <$b> to $*", NULL },
    [TRACE_REFUSE] = { "***", "@ refuses $b: $*", NULL },
    [TRACE_ACCEPT] = { "***", "@ accepts <$a> into its queue (entry $b, recipients: $c)", NULL },
    [TRACE_ATTEMPT] = { "***", "@ tries $c with <$a> (entry $b)", NULL },
    [TRACE_DEFER] = { "***", "@ keeps <$a> for $1 until $u: $2", NULL },
    [TRACE_OUTCOME] = { "***", "@: <$a> to $1 is $b: $2", NULL },
    [TRACE_HELD] = { "***", "@ lets <$a> stand in line for $c (entry $b)", NULL },
    [TRACE_REPORT] = { "***", "@ reports with <$a> that <$c> is $b", NULL },
    [TRACE_STORED] = { "***", "@ stores <$a> in $c as UID $b", NULL },
    [TRACE_FETCHED] = { "***", "@ has <$a> in $c now", NULL },
    [TRACE_REMOVED] = { "***", "@ removes <$a>, UID $b, from $c", NULL },
    [TRACE_FOLDER] = { "***", "@ has the folder $a now (UIDVALIDITY $b)",
                       "@ has no folder $a any more" },
    [TRACE_KEYWORD] = SILENT,
    [TRACE_LISTED] = { "***", "@ lists <$a>, UID $b, in $c", NULL },
    [TRACE_FORGOT] = { "***", "@ keeps only the line of <$a> in $c", NULL },
    [TRACE_DEVICE] = { "***", "@: $a", NULL },
    [TRACE_SYNC] = { "***", "@ agrees with the server on $a, by $b ($c letters told)", NULL },
    [TRACE_PENDING] = { "***", "@ will do later: $* ($b waiting)", NULL },
    [TRACE_SETTLED] = { "***", "@: $1 is settled ($b waiting): $2", NULL },
    [TRACE_HOST] = SILENT,
    [TRACE_PERSON] = SILENT,
    [TRACE_LINK] = SILENT,
    [TRACE_SESSION] = SILENT,
    [TRACE_STATE] = SILENT,
    [TRACE_SAID] = SILENT,
    [TRACE_SECRET] = SILENT, /* for captures; a reader has nothing from it */
    [TRACE_FLIGHT] = SILENT,
    [TRACE_SEGMENT] = SILENT,
    [TRACE_DATAGRAM] = SILENT,
    [TRACE_NOTE] = { "***", "@ ($a): $*", NULL },
};

struct sentence {
    const struct names *names;
    struct buf *out;
};

void text_begin(struct buf *out, sim_time at, const char *mark, uint32_t flow)
{
    fmt_clock(out, at);
    buf_byte(out, ' ');
    buf_addz(out, mark);
    buf_fill(out, ' ', 4 - strlen(mark));
    if (flow != 0) {
        buf_byte(out, '#');
        fmt_u64(out, flow);
        buf_byte(out, ' ');
    }
}

static void add_joined(struct buf *out, slice lines, const char *between)
{
    bool first = true;
    while (lines.len > 0) {
        slice line = slice_cut(&lines, '\n');
        if (line.len > 0) {
            buf_addz(out, first ? "" : between);
            safe_text(out, line, SAFE_KEEP_NOTHING);
            first = false;
        }
    }
}

static void add_block(struct buf *out, slice lines)
{
    while (lines.len > 0) {
        buf_addz(out, "\n                ");
        safe_text(out, slice_cut(&lines, '\n'), SAFE_KEEP_NOTHING);
    }
}

/* SECURED: whose certificate it was, and whether it is good. */
static void add_certificate(const struct sentence *x, slice payload)
{
    slice peer = slice_cut(&payload, '\n');
    if (peer.len == 0 && payload.len == 0) {
        return; /* a server, which asks for none */
    }
    buf_addz(x->out, peer.len > 0 ? ", certificate of " : ", certificate");
    safe_text(x->out, peer, SAFE_KEEP_NOTHING);
    buf_addz(x->out, payload.len > 0 ? " not good: " : " verified");
    add_joined(x->out, payload, " ");
}

static slice line_cut(slice *rest)
{
    slice line = slice_cut(rest, '\n');
    return slice_ends(line, SLICE("\r")) ? slice_sub(line, 0, line.len - 1) : line;
}

/* Only lines that are not as the sender wrote them; all, where that was not kept.  They have their
 * places, for the flight keeps its size. */
static void add_changed(const struct sentence *x, const struct trace_rec *rec, slice payload)
{
    const struct trace *t = x->names->trace;
    const struct trace_rec *flight = trace_at(t, rec->cause);
    struct buf scratch;
    buf_init(&scratch);
    bool known = flight && (flight->kind == TRACE_FLIGHT || flight->kind == TRACE_TAMPER);
    slice before = known ? trace_payload(t, flight->c, &scratch) : (slice){ 0 };
    while (payload.len > 0) {
        slice line = line_cut(&payload), was = line_cut(&before);
        if (!slice_eq(line, was)) {
            buf_addz(x->out, "\n                ");
            safe_text(x->out, was, SAFE_KEEP_NOTHING);
            buf_addz(x->out, was.len > 0 ? " -> " : "");
            safe_text(x->out, line, SAFE_KEEP_NOTHING);
        }
    }
    buf_deinit(&scratch);
}

static void add_host(const struct sentence *x, uint32_t actor)
{
    slice name = names_host(x->names, actor);
    if (name.len > 0) {
        safe_text(x->out, name, SAFE_KEEP_NOTHING);
    } else {
        buf_addz(x->out, "the world");
    }
}

static void add_field(const struct sentence *x, enum trace_type type, uint32_t value)
{
    switch (type) {
    case TRACE_T_NAME:
        safe_text(x->out, trace_name_of(x->names->trace, value), SAFE_KEEP_NOTHING);
        break;
    case TRACE_T_HOST:
        add_host(x, value);
        break;
    case TRACE_T_IP:
        names_ip(x->names, x->out, value);
        break;
    case TRACE_T_WHY:
        buf_addz(x->out, trace_why_name(value));
        break;
    case TRACE_T_FATE:
        buf_addz(x->out, trace_fate_name(value));
        break;
    case TRACE_T_DNSTYPE:
        names_dns_type(x->out, value);
        break;
    case TRACE_T_RCODE:
        names_dns_rcode(x->out, value);
        break;
    default:
        fmt_u64(x->out, value);
        break;
    }
}

static void add_sign(const struct sentence *x, const struct trace_rec *rec, char sign,
                     slice payload)
{
    const struct trace_kind_info *info = trace_kind_info(rec->kind);
    const uint32_t values[] = { rec->a, rec->b, rec->c };
    slice rest = payload, first = slice_cut(&rest, '\n');
    switch (sign) {
    case 'a':
    case 'b':
    case 'c':
        add_field(x, info->field[sign - 'a'].type, values[sign - 'a']);
        break;
    case 'B':
    case 'C':
        if (values[sign - 'A'] != 0) {
            buf_addz(x->out, " (");
            add_field(x, info->field[sign - 'A'].type, values[sign - 'A']);
            buf_byte(x->out, ')');
        }
        break;
    case 'U':
        if (rec->until != 0) {
            buf_addz(x->out, " (until ");
            fmt_clock(x->out, rec->until);
            buf_byte(x->out, ')');
        }
        break;
    case 'd':
        fmt_u64(x->out, rec->b & 0xffff);
        break;
    case 'u':
        fmt_clock(x->out, rec->until);
        break;
    case 's':
        fmt_rfc3339(x->out, (int64_t)rec->until);
        break;
    case '1':
        safe_text(x->out, first, SAFE_KEEP_NOTHING);
        break;
    case '2':
        add_joined(x->out, rest, " ");
        break;
    case '*':
        add_joined(x->out, payload, ", ");
        break;
    case '|':
        add_block(x->out, payload);
        break;
    case 'v':
        add_certificate(x, payload);
        break;
    case 't':
        add_changed(x, rec, payload);
        break;
    default:
        break;
    }
}

static bool is_off(const struct trace_rec *rec)
{
    const struct trace_kind_info *info = trace_kind_info(rec->kind);
    const uint32_t values[] = { rec->a, rec->b, rec->c };
    if (rec->kind == TRACE_FOLDER) {
        return rec->b == 0;
    }
    for (size_t i = 0; i < COUNT(values); i++) {
        if (info->field[i].type == TRACE_T_FLAG) {
            return values[i] == 0;
        }
    }
    return trace_payload_id(rec) == 0;
}

/* "host: flagged, letter ..., flags 3" */
static void write_plainly(const struct sentence *x, const struct trace_rec *rec, slice payload)
{
    const struct trace_kind_info *info = trace_kind_info(rec->kind);
    const uint32_t values[] = { rec->a, rec->b, rec->c };
    add_host(x, rec->actor);
    buf_addz(x->out, ": ");
    buf_addz(x->out, info->name);
    for (size_t i = 0; i < COUNT(values); i++) {
        if (info->field[i].type == TRACE_T_NONE) {
            continue;
        }
        buf_addz(x->out, ", ");
        buf_addz(x->out, info->field[i].name);
        buf_byte(x->out, ' ');
        if (info->field[i].type == TRACE_T_DATA) {
            add_joined(x->out, payload, ", ");
        } else {
            add_field(x, info->field[i].type, values[i]);
        }
    }
}

static void write_sentence(const struct sentence *x, const struct trace_rec *rec, const char *text,
                           slice payload)
{
    for (; *text; text++) {
        if (*text == '@') {
            add_host(x, rec->actor);
        } else if (*text == '$' && text[1]) {
            add_sign(x, rec, *++text, payload);
        } else {
            buf_byte(x->out, *text);
        }
    }
}

void text_row(const struct names *names, const struct trace_rec *rec, struct buf *out)
{
    const struct sentence x = { names, out };
    const char *text = rows[rec->kind].text;
    if (text && *text == '\0') {
        return;
    }
    if (text && rows[rec->kind].no && is_off(rec)) {
        text = rows[rec->kind].no;
    }
    struct buf scratch;
    buf_init(&scratch);
    slice payload = trace_payload(names->trace, trace_payload_id(rec), &scratch);
    text_begin(out, rec->at, text ? rows[rec->kind].mark : "***", rec->flow);
    if (text) {
        write_sentence(&x, rec, text, payload);
    } else {
        write_plainly(&x, rec, payload);
    }
    buf_byte(out, '\n');
    buf_deinit(&scratch);
}
