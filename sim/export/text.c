/* text.c - the transcript of a run.
 * Says only what the trace says.  What is said in a dialogue is folded into lines by dialogue.c. */
#include "sim/export/text.h"

#include "sim/base/mem.h"
#include "sim/export/dialogue.h"
#include "sim/export/safe.h"

#include <string.h>

#define FLOWS_MAX (1U << 24) /* a trace read from a file may say anything */

struct text_flow {
    struct dialogue dialogue;
    uint32_t closed; /* sides */
    struct {
        uint64_t lines, octets;
        sim_time at;
    } folded[2]; /* content of a client, of a server, not written yet */
};

/* How a kind reads.  @ the actor; $a $b $c a field, by its type; $d the destination port of $b;
 * $1 the payload's first line, $2 the rest of it joined by blanks, $* all of it joined by commas;
 * $| at the end: all of it, a line each; $u until, as a clock; $s the start as a date; $B $C and
 * $U: in brackets, or nothing where there is none.
 * no: where the FLAG is 0.  NULL: not for a transcript (the stage, and what SAID shows better). */
static const struct {
    const char *mark, *text, *no;
} rows[TRACE_KIND_COUNT] = {
    [TRACE_WORLD] = { "***", "\"$a\" begins at $s, seed $b$|", NULL },
    [TRACE_ADDRESS] = { "***", "@ has the address $a", NULL },
    [TRACE_SCRIPT] = { "***", "script: @, $a: $*", NULL },
    [TRACE_STORY] = { "***", "story$B:$|", NULL },
    [TRACE_FAULT] = { "***", "fault: @, $a: $*$U", NULL },
    [TRACE_EXPECT] = { "***", "as expected: $1", "NOT as expected: $1 - $2" },
    [TRACE_END] = { "***", "the end", NULL },
    [TRACE_OPEN] = { "***", "@ connects to $a, port $d ($c)", NULL },
    [TRACE_OPENED] = { "***", "@ is connected to $a", NULL },
    [TRACE_FIN] = { "***", "@ will send no more (FIN)", NULL },
    [TRACE_CLOSED] = { "***", "closed for @: $a", NULL },
    [TRACE_LOST] = { "***", "a datagram to $a is lost, $b octets",
                     "a segment to $a is lost, $b octets" },
    [TRACE_ASK] = { "->", "DNS: $a $b? (@ asks $c)", NULL },
    [TRACE_ANSWER] = { "<-", "DNS: $a $b (@ knows):$|", NULL },
    [TRACE_COMPOSE] = { "***", "@ writes <$a>, $b octets$|", NULL },
    [TRACE_LOGIN] = { "***", "@ lets $a in$C", "@ does not let $a in$C" },
    [TRACE_ENVELOPE] = { "***", "@ takes an envelope for <$a> from <$b> to $*", NULL },
    [TRACE_REFUSE] = { "***", "@ refuses $b: $*", NULL },
    [TRACE_ACCEPT] = { "***", "@ accepts <$a> into its queue (entry $b, recipients: $c)", NULL },
    [TRACE_ATTEMPT] = { "***", "@ tries $c with <$a> (entry $b)", NULL },
    [TRACE_DEFER] = { "***", "@ keeps <$a> for $1 until $u: $2", NULL },
    [TRACE_OUTCOME] = { "***", "@: <$a> to $1 is $b: $2", NULL },
    [TRACE_STORED] = { "***", "@ stores <$a> in $c as UID $b", NULL },
    [TRACE_FETCHED] = { "***", "@ has <$a> in $c now", NULL },
    [TRACE_FLAGGED] = { "***", "@: flags of <$a> in $c are now $b", NULL },
    [TRACE_REMOVED] = { "***", "@ removes <$a>, UID $b, from $c", NULL },
    [TRACE_NOTE] = { "***", "@ ($a): $*", NULL },
};

void text_export_init(struct text_export *x, const struct trace *t, struct buf *out, bool fold)
{
    *x = (struct text_export){ .trace = t, .out = out, .fold = fold };
    names_init(&x->names, t);
}

static void free_flow(struct text_export *x, size_t flow)
{
    dialogue_deinit(&x->flows[flow]->dialogue);
    mem_free(x->flows[flow]);
    x->flows[flow] = NULL;
}

void text_export_deinit(struct text_export *x)
{
    for (size_t i = 0; i < x->flow_cap; i++) {
        if (x->flows[i]) {
            free_flow(x, i);
        }
    }
    mem_free(x->flows);
    names_deinit(&x->names);
}

/* ---- one line ---- */

static void begin(struct text_export *x, sim_time at, const char *mark, uint32_t flow)
{
    fmt_clock(x->out, at);
    buf_byte(x->out, ' ');
    buf_addz(x->out, mark);
    buf_fill(x->out, ' ', 4 - strlen(mark));
    if (flow != 0) {
        buf_byte(x->out, '#');
        fmt_u64(x->out, flow);
        buf_byte(x->out, ' ');
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

static void add_host(const struct text_export *x, uint32_t actor)
{
    slice name = names_host(&x->names, actor);
    if (name.len > 0) {
        safe_text(x->out, name, SAFE_KEEP_NOTHING);
    } else {
        buf_addz(x->out, "the world");
    }
}

static void add_field(const struct text_export *x, enum trace_type type, uint32_t value)
{
    switch (type) {
    case TRACE_T_NAME:
        safe_text(x->out, trace_name_of(x->trace, value), SAFE_KEEP_NOTHING);
        break;
    case TRACE_T_HOST:
        add_host(x, value);
        break;
    case TRACE_T_IP:
        fmt_ip4(x->out, value);
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

static void add_sign(const struct text_export *x, const struct trace_rec *rec, char sign,
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
    default:
        break;
    }
}

static bool flag_is_off(const struct trace_rec *rec)
{
    const struct trace_kind_info *info = trace_kind_info(rec->kind);
    const uint32_t values[] = { rec->a, rec->b, rec->c };
    for (size_t i = 0; i < COUNT(values); i++) {
        if (info->field[i].type == TRACE_T_FLAG) {
            return values[i] == 0;
        }
    }
    return false;
}

static void write_row(struct text_export *x, const struct trace_rec *rec)
{
    const char *text = rows[rec->kind].text;
    if (!text) {
        return;
    }
    if (rows[rec->kind].no && flag_is_off(rec)) {
        text = rows[rec->kind].no;
    }
    struct buf scratch;
    buf_init(&scratch);
    slice payload = trace_payload(x->trace, trace_payload_id(rec), &scratch);
    begin(x, rec->at, rows[rec->kind].mark, rec->flow);
    for (; *text; text++) {
        if (*text == '@') {
            add_host(x, rec->actor);
        } else if (*text == '$' && text[1]) {
            add_sign(x, rec, *++text, payload);
        } else {
            buf_byte(x->out, *text);
        }
    }
    buf_byte(x->out, '\n');
    buf_deinit(&scratch);
}

/* ---- dialogues ---- */

static void write_folded(struct text_export *x, struct text_flow *f, size_t side)
{
    if (f->folded[side].lines == 0) {
        return;
    }
    begin(x, f->folded[side].at, side == 1 ? "<-" : "->", f->dialogue.flow);
    buf_addz(x->out, "| ... ");
    fmt_u64(x->out, f->folded[side].lines);
    buf_addz(x->out, f->folded[side].lines == 1 ? " line, " : " lines, ");
    fmt_u64(x->out, f->folded[side].octets);
    buf_addz(x->out, " octets\n");
    f->folded[side].lines = f->folded[side].octets = 0;
}

static void write_line(struct text_export *x, struct text_flow *f, const struct dialogue_line *line)
{
    size_t side = line->server;
    if (line->content && x->fold) {
        f->folded[side].at = f->folded[side].lines == 0 ? line->at : f->folded[side].at;
        f->folded[side].lines++;
        f->folded[side].octets += line->len + (line->ended ? 2 : 0);
        return;
    }
    write_folded(x, f, side);
    begin(x, line->at, line->server ? "<-" : "->", f->dialogue.flow);
    buf_addz(x->out, line->content ? "| " : "");
    safe_text(x->out, dialogue_text(&f->dialogue, line), SAFE_KEEP_NOTHING);
    buf_byte(x->out, '\n');
}

static void write_lines(struct text_export *x, struct text_flow *f)
{
    for (size_t i = 0; i < f->dialogue.count; i++) {
        write_line(x, f, &f->dialogue.lines[i]);
    }
    dialogue_clear_lines(&f->dialogue);
}

/* Half a line, and content that is held back, must not come after the end. */
static void write_rest(struct text_export *x, struct text_flow *f)
{
    dialogue_finish(&f->dialogue);
    write_lines(x, f);
    write_folded(x, f, 0);
    write_folded(x, f, 1);
}

static struct text_flow *flow_of(struct text_export *x, uint32_t flow)
{
    if (flow == 0 || flow >= FLOWS_MAX) {
        return NULL;
    }
    if (flow >= x->flow_cap) {
        size_t cap = x->flow_cap > 0 ? x->flow_cap : 64;
        while (cap <= flow) {
            cap *= 2;
        }
        x->flows = mem_resize(x->flows, cap, sizeof(struct text_flow *));
        for (size_t i = x->flow_cap; i < cap; i++) {
            x->flows[i] = NULL;
        }
        x->flow_cap = cap;
    }
    if (!x->flows[flow]) {
        x->flows[flow] = mem_alloc(sizeof **x->flows);
        dialogue_init(&x->flows[flow]->dialogue, flow);
    }
    return x->flows[flow];
}

static void follow_dialogue(struct text_export *x, const struct trace_rec *rec, uint64_t number)
{
    struct text_flow *f = NULL;
    if (rec->kind == TRACE_OPEN || rec->kind == TRACE_SESSION || rec->kind == TRACE_SAID) {
        f = flow_of(x, rec->flow);
    } else if (rec->kind == TRACE_CLOSED && rec->flow < x->flow_cap) {
        f = x->flows[rec->flow];
    }
    if (!f) {
        return;
    }
    dialogue_record(&f->dialogue, x->trace, number);
    write_lines(x, f);
    if (rec->kind == TRACE_CLOSED) {
        write_rest(x, f);
        if (++f->closed == 2) {
            free_flow(x, rec->flow);
        }
    }
}

void text_export_record(struct text_export *x, uint64_t number)
{
    const struct trace_rec *rec = trace_at(x->trace, number);
    if (!rec || !trace_kind_info(rec->kind)) {
        return;
    }
    names_record(&x->names, rec);
    follow_dialogue(x, rec, number);
    write_row(x, rec);
}

void text_export_finish(struct text_export *x)
{
    for (size_t i = 0; i < x->flow_cap; i++) {
        if (x->flows[i]) {
            write_rest(x, x->flows[i]);
            free_flow(x, i);
        }
    }
}

void export_text(const struct trace *t, struct buf *out)
{
    struct text_export x;
    text_export_init(&x, t, out, false);
    for (uint64_t n = 1; n <= t->count; n++) {
        text_export_record(&x, n);
    }
    text_export_finish(&x);
    text_export_deinit(&x);
}
