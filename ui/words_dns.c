/* words_dns.c - DNS types by name, and what an answer found, without the dress of a zone file.
 * Looks at the text of ANSWER records only; the wire format is another's. */
#include "ui/words.h"

void words_type(struct buf *out, uint32_t dns_type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } types[] = { { 1, "A" },    { 2, "NS" },  { 5, "CNAME" }, { 6, "SOA" },
                  { 12, "PTR" }, { 15, "MX" }, { 16, "TXT" },  { 28, "AAAA" } };
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
