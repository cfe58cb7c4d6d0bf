/* wiretap.c - the octets of a link as an eavesdropper reads them: lines as they are, records of TLS
 * by what is not encrypted, questions to the DNS.
 * Never opens anything: with `secrets` the dialogue is shown beside its ciphertext.
 * Not done: of several questions in one flight by TCP the first is shown.  A flight is shown when
 * it is sent, once, also where it has to be sent again. */
#include "sim/export/wiretap.h"

#include "sim/base/mem.h"
#include "sim/base/safe.h"
#include "sim/export/capture_stage.h"
#include "sim/export/text_row.h"
#include "sim/export/tls_records.h"

#define FLOWS_MAX   (1U << 24) /* a trace read from a file may say anything */
#define PEEK        16         /* octets of what cannot be read */
#define DOMAIN_PORT 53

enum { CLIENT, SERVER };
struct ear {         /* for what one side sends */
    struct buf line; /* that has no end yet */
    struct tls_records records;
    bool sealed;
};
struct tapped {
    bool here; /* it passes the link */
    bool dns;  /* questions by TCP */
    uint32_t client;
    struct ear ears[2];
};
struct wiretap {
    const struct trace *trace;
    struct buf *out;
    struct names names;
    struct capture_stage stage;
    struct tapped **flows;
    size_t flow_cap;
    uint32_t link;
    bool chosen, secrets;
};

/* ---- who and where */

static struct tapped *flow_of(struct wiretap *w, uint32_t flow)
{
    if (flow == 0 || flow >= FLOWS_MAX) {
        return NULL;
    }
    while (flow >= w->flow_cap) {
        size_t before = w->flow_cap;
        w->flows = mem_grow(w->flows, before, &w->flow_cap, sizeof *w->flows);
        for (size_t i = before; i < w->flow_cap; i++) {
            w->flows[i] = NULL;
        }
    }
    if (!w->flows[flow]) {
        struct tapped *f = w->flows[flow] = mem_alloc(sizeof *f);
        for (size_t i = 0; i < COUNT(f->ears); i++) {
            buf_init(&f->ears[i].line);
            tls_records_init(&f->ears[i].records);
        }
    }
    return w->flows[flow];
}

static bool passes(struct wiretap *w, const struct trace_rec *r)
{
    if (r->actor == r->a || r->a == 0) {
        return false;
    }
    struct stage_route way = capture_stage_route(&w->stage, r->actor, r->a);
    return !w->chosen || way.links[0] == w->link || way.links[1] == w->link;
}

/* ---- what is to be seen */

static void begin(struct wiretap *w, const struct trace_rec *r, size_t side)
{
    text_begin(w->out, r->at, side == CLIENT ? "->" : "<-", r->flow);
}

static void put_octets(struct wiretap *w, slice bytes)
{
    for (size_t i = 0; i < bytes.len && i < PEEK; i++) {
        buf_byte(w->out, ' ');
        fmt_hex(w->out, (unsigned char)bytes.ptr[i], 2);
    }
    buf_addz(w->out, bytes.len > PEEK ? " ...\n" : "\n");
}

static void put_line(struct wiretap *w, const struct trace_rec *r, const char *mark, slice line)
{
    text_begin(w->out, r->at, mark, r->flow);
    safe_text(w->out, line, SAFE_KEEP_TAB);
    buf_byte(w->out, '\n');
}

static void put_rest(struct wiretap *w, const struct trace_rec *r, struct ear *e, size_t side)
{
    if (e->line.len > 0) {
        put_line(w, r, side == CLIENT ? "->" : "<-", buf_slice(&e->line));
        buf_clear(&e->line);
    }
}

static void hear_lines(struct wiretap *w, const struct trace_rec *r, struct ear *e, size_t side,
                       slice bytes)
{
    while (bytes.len > 0) {
        size_t newline = slice_find_byte(bytes, '\n');
        size_t len = newline == SLICE_NONE ? bytes.len : newline + 1;
        buf_add(&e->line, slice_sub(bytes, 0, len));
        bytes = slice_from(bytes, len);
        if (slice_ends(buf_slice(&e->line), SLICE("\r\n"))) {
            e->line.len -= 2;
            put_line(w, r, side == CLIENT ? "->" : "<-", buf_slice(&e->line));
            buf_clear(&e->line);
        }
    }
}

static void put_record(struct wiretap *w, const struct trace_rec *r, const struct ear *e,
                       const struct tls_record *record, size_t side)
{
    struct buf words;
    buf_init(&words);
    tls_record_words(&e->records, record, &words);
    begin(w, r, side);
    buf_addz(w->out, "[TLS, ");
    fmt_u64(w->out, record->body.len);
    buf_addz(w->out, record->body.len == 1 ? " octet] " : " octets] ");
    safe_text(w->out, buf_slice(&words), SAFE_KEEP_NOTHING);
    if (slice_ends(buf_slice(&words), SLICE("encrypted"))) {
        buf_byte(w->out, ':');
        put_octets(w, record->body);
    } else {
        buf_byte(w->out, '\n');
    }
    buf_deinit(&words);
}

static void hear_records(struct wiretap *w, const struct trace_rec *r, struct ear *e, size_t side,
                         slice bytes)
{
    struct tls_record record;
    if (e->records.garbage) {
        begin(w, r, side);
        buf_addz(w->out, "[no TLS]");
        put_octets(w, bytes);
        return;
    }
    tls_records_hear(&e->records, bytes);
    while (tls_records_next(&e->records, &record)) {
        put_record(w, r, e, &record, side);
    }
    if (e->records.garbage) {
        hear_records(w, r, e, side, bytes);
    }
}

/* Names in a question are labels, without pointers as it is the first of the message (RFC 1035
 * 4.1.2). */
static void put_question(struct wiretap *w, slice message)
{
    const size_t head = 12, type_octets = 2;
    struct buf name;
    buf_init(&name);
    slice rest = slice_from(message, head);
    while (rest.len > 0 && rest.ptr[0] > 0 && rest.ptr[0] < 64) {
        size_t len = (size_t)rest.ptr[0];
        buf_add(&name, slice_sub(rest, 1, len));
        buf_byte(&name, '.');
        rest = slice_from(rest, 1 + len);
    }
    rest = slice_from(rest, 1);
    safe_text(w->out, slice_sub(buf_slice(&name), 0, name.len > 0 ? name.len - 1 : 0),
              SAFE_KEEP_NOTHING);
    buf_byte(w->out, ' ');
    if (rest.len >= type_octets) {
        names_dns_type(w->out,
                       (uint32_t)(unsigned char)rest.ptr[0] << 8 | (unsigned char)rest.ptr[1]);
    }
    buf_deinit(&name);
}

static void put_dns(struct wiretap *w, const struct trace_rec *r, slice bytes)
{
    const size_t head = 12;
    bool answer = bytes.len >= head && (bytes.ptr[2] & (char)0x80) != 0;
    begin(w, r, answer ? SERVER : CLIENT);
    if (bytes.len < head) {
        buf_addz(w->out, "[no DNS]");
        put_octets(w, bytes);
    } else {
        buf_addz(w->out, "DNS: ");
        put_question(w, bytes);
        buf_addz(w->out, answer ? ": " : "?\n");
    }
    if (answer) {
        unsigned rcode = (unsigned char)bytes.ptr[3] & 15;
        unsigned count = (unsigned)(unsigned char)bytes.ptr[6] << 8 | (unsigned char)bytes.ptr[7];
        names_dns_rcode(w->out, rcode);
        buf_addz(w->out, ", answers: ");
        fmt_u64(w->out, count);
        buf_byte(w->out, '\n');
    }
}

static void on_datagram(struct wiretap *w, const struct trace_rec *r)
{
    struct buf scratch;
    buf_init(&scratch);
    put_dns(w, r, trace_payload(w->trace, r->c, &scratch));
    buf_deinit(&scratch);
}

/* ---- record by record */

static size_t side_of(const struct tapped *f, const struct trace_rec *r)
{
    return r->actor == f->client ? CLIENT : SERVER;
}

static void on_flight(struct wiretap *w, struct tapped *f, const struct trace_rec *r)
{
    size_t side = side_of(f, r);
    struct ear *e = &f->ears[side];
    struct buf scratch;
    buf_init(&scratch);
    slice bytes = trace_payload(w->trace, r->c, &scratch);
    if (f->dns) { /* its length in front (RFC 1035 4.2.2) */
        put_dns(w, r, slice_from(bytes, 2));
    } else if (e->sealed) {
        hear_records(w, r, e, side, bytes);
    } else {
        hear_lines(w, r, e, side, bytes);
    }
    buf_deinit(&scratch);
}

/* The dialogue as it is under TLS, for who has the keys. */
static void on_said(struct wiretap *w, struct tapped *f, const struct trace_rec *r)
{
    static const char *const marks[] = { "~>", "<~" };
    size_t side = side_of(f, r);
    struct buf scratch;
    if (!w->secrets || !f->ears[side].sealed) {
        return;
    }
    buf_init(&scratch);
    slice rest = trace_payload(w->trace, r->c, &scratch);
    while (rest.len > 0) {
        slice line = slice_cut(&rest, '\n');
        line.len -= slice_ends(line, SLICE("\r"));
        put_line(w, r, marks[side], line);
    }
    buf_deinit(&scratch);
}

static void on_stream(struct wiretap *w, const struct trace_rec *r)
{
    struct tapped *f = flow_of(w, r->flow);
    if (!f || !f->here) {
        return;
    }
    switch (r->kind) {
    case TRACE_FLIGHT:
        on_flight(w, f, r);
        break;
    case TRACE_SAID:
        on_said(w, f, r);
        break;
    case TRACE_UPGRADE:
        put_rest(w, r, &f->ears[side_of(f, r)], side_of(f, r));
        f->ears[side_of(f, r)].sealed = true;
        break;
    case TRACE_FIN:
        put_rest(w, r, &f->ears[side_of(f, r)], side_of(f, r));
        text_row(&w->names, r, w->out);
        break;
    case TRACE_TAMPER:
        text_row(&w->names, r, w->out);
        break;
    default:
        break;
    }
}

static void on_record(struct wiretap *w, const struct trace_rec *r)
{
    names_record(&w->names, r);
    if (r->kind == TRACE_WORLD) {
        text_row(&w->names, r, w->out);
    } else if (r->kind == TRACE_OPEN) {
        struct tapped *f = flow_of(w, r->flow);
        if (f && passes(w, r)) {
            f->here = true;
            f->client = r->actor;
            f->dns = (r->b & 0xffff) == DOMAIN_PORT;
            text_row(&w->names, r, w->out);
        }
    } else if (r->kind == TRACE_DATAGRAM) {
        if (passes(w, r)) {
            on_datagram(w, r);
        }
    } else {
        on_stream(w, r);
    }
}

static void wiretap_deinit(struct wiretap *w)
{
    for (size_t i = 0; i < w->flow_cap; i++) {
        for (size_t k = 0; w->flows[i] && k < COUNT(w->flows[i]->ears); k++) {
            buf_deinit(&w->flows[i]->ears[k].line);
            tls_records_deinit(&w->flows[i]->ears[k].records);
        }
        mem_free(w->flows[i]);
    }
    mem_free(w->flows);
    names_deinit(&w->names);
    capture_stage_deinit(&w->stage);
}

bool export_wiretap(const struct trace *t, const struct export_options *options,
                    struct export_out *out, struct err *err_r)
{
    struct wiretap w = {
        .trace = t, .out = &out->buf, .chosen = options->link.len > 0, .secrets = options->secrets
    };
    names_init(&w.names, t);
    capture_stage_init(&w.stage, t);
    for (uint64_t n = 1; n <= t->count; n++) {
        capture_stage_record(&w.stage, trace_at(t, n));
    }
    bool ok = !w.chosen || capture_stage_choose(&w.stage, options->link, &w.link, err_r);
    for (uint64_t n = 1; ok && n <= t->count; n++) {
        on_record(&w, trace_at(t, n));
        export_pass(out);
    }
    wiretap_deinit(&w);
    return ok;
}
