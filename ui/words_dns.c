/* words_dns.c - DNS types by name, and what an answer found, without the dress of a zone file.
 * Looks at the text of ANSWER records only; the wire format is another's. */
#include "ui/words.h"

void words_type(struct buf *out, uint32_t dns_type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } types[] = { { 1, "A" },   { 2, "NS" },   { 5, "CNAME" }, { 6, "SOA" },  { 12, "PTR" },
                  { 15, "MX" }, { 16, "TXT" }, { 28, "AAAA" }, { 33, "SRV" }, { 255, "any" } };
    for (size_t i = 0; i < COUNT(types); i++) {
        if (types[i].type == dns_type) {
            buf_addz(out, types[i].name);
            return;
        }
    }
    buf_addz(out, "TYPE");
    fmt_u64(out, dns_type);
}

/* "example.net. 3600 IN MX 10 mail.example.net." (RFC 1035 5.1): what stands behind the type. */
static bool record_data(slice line, slice type, slice *data_r)
{
    slice_word(&line);
    slice_word(&line);
    slice_word(&line);
    bool meant = slice_eq(slice_word(&line), type);
    line = slice_trim(line);
    *data_r = slice_ends(line, SLICE(".")) ? slice_sub(line, 0, line.len - 1) : line;
    return meant && line.len > 0;
}

/* Of an MX record the host comes first: "10 a.example" is "a.example (10)" (RFC 1035 3.3.9). */
static void add_data(slice data, uint32_t type, struct buf *out)
{
    const uint32_t mx = 15;
    slice host = data, preference = slice_word(&host);
    host = slice_trim(host);
    if (type != mx || host.len == 0) {
        buf_add(out, data);
        return;
    }
    buf_add(out, host);
    buf_addz(out, " (");
    buf_add(out, preference);
    buf_byte(out, ')');
}

bool words_answer(const struct cast *c, uint64_t record, struct buf *out)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    slice all = trace_payload_chunk(c->trace, r->c, 0), rest = all;
    struct buf type;
    size_t found = 0;
    buf_init(&type);
    words_type(&type, r->b);
    while (rest.len) {
        slice data;
        if (record_data(slice_cut(&rest, '\n'), buf_slice(&type), &data)) {
            buf_addz(out, found++ ? ", " : "");
            add_data(data, r->b, out);
        }
    }
    buf_deinit(&type);
    if (found == 0) { /* the first line says why */
        buf_add(out, slice_cut(&all, '\n'));
    }
    return found > 0;
}

void words_dns_question(slice name, uint32_t dns_type, struct buf *out)
{
    static const struct {
        uint32_t type;
        const char *words;
    } rows[] = { { 1, "address of " }, { 2, "name servers of " }, { 5, "other name of " },
                 { 12, "name of " },   { 15, "mail for " },       { 16, "notes about " },
                 { 28, "IPv6 of " } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].type == dns_type) {
            buf_addz(out, rows[i].words);
        }
    }
    buf_add(out, name.len ? name : SLICE("the root"));
    buf_byte(out, '?');
}

/* Where a referral leads: the zone of the first NS line (RFC 1034 4.3.2). */
static void add_referral(slice lines, struct buf *out)
{
    while (lines.len) {
        slice line = slice_cut(&lines, '\n'), data, zone = line;
        if (record_data(line, SLICE("NS"), &data)) {
            zone = slice_word(&zone);
            buf_addz(out, "ask ");
            buf_add(out, slice_sub(zone, 0, zone.len > 1 ? zone.len - 1 : 1));
            return;
        }
    }
    buf_addz(out, "ask another");
}

enum words_dns words_dns_short(const struct cast *c, uint64_t record, struct buf *out)
{
    static const struct {
        slice headline;
        const char *words;
        enum words_dns meaning;
    } rows[] = {
        { SLICE_INIT("NXDOMAIN"), "no such name", WORDS_DNS_NOTHING },
        { SLICE_INIT("no such record"), "nothing there", WORDS_DNS_NOTHING },
        { SLICE_INIT("truncated"), "too long, ask by TCP", WORDS_DNS_REFERRAL },
        { SLICE_INIT("SERVFAIL"), "cannot say", WORDS_DNS_FAILED },
        { SLICE_INIT("REFUSED"), "will not say", WORDS_DNS_FAILED },
    };
    const struct trace_rec *r = trace_at(c->trace, record);
    size_t start = out->len;
    if (words_answer(c, record, out)) {
        return WORDS_DNS_FOUND;
    }
    slice rest = trace_payload_chunk(c->trace, r->c, 0), head = slice_cut(&rest, '\n');
    if (slice_eq(head, SLICE("referral"))) {
        out->len = start;
        add_referral(rest, out);
        return WORDS_DNS_REFERRAL;
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq(head, rows[i].headline)) {
            out->len = start;
            buf_addz(out, rows[i].words);
            return rows[i].meaning;
        }
    }
    return slice_find(head, SLICE(" IN ")) != SLICE_NONE ? WORDS_DNS_FOUND : WORDS_DNS_FAILED;
}

slice words_dns_line(slice line)
{
    (void)slice_word(&line);
    (void)slice_word(&line);
    (void)slice_word(&line);
    line = slice_trim(line);
    return slice_ends(line, SLICE(".")) ? slice_sub(line, 0, line.len - 1) : line;
}
