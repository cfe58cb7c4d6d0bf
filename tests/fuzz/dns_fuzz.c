/* dns_fuzz.c - hostile packets: whatever is read must be shown, and written back to say the same. */
#include "sim/proto/dns_stub.h"

#include <assert.h>

/* The records of a packet as text, sections marked. */
static void show(slice packet, struct buf *out)
{
    struct dns_reader r;
    struct dns_record rr;
    (void)dns_read(&r, packet);
    while (dns_read_record(&r, &rr)) {
        buf_byte(out, (char)('0' + rr.section));
        dns_record_text(&rr, out);
        buf_byte(out, '\n');
    }
}

/* A packet may hold what a writer would not say again: then it is only read. */
static void write_back(slice packet)
{
    struct dns_reader r;
    struct dns_question q;
    struct dns_record rr;
    struct dns_writer w = { 0 };
    struct buf before, after;
    bool room = true;
    buf_init(&before);
    buf_init(&after);
    (void)dns_read(&r, packet);
    dns_write(&w, r.header, DNS_TCP_MAX);
    while (dns_read_question(&r, &q)) {
        dns_write_question(&w, &q);
    }
    while (room && dns_read_record(&r, &rr)) {
        room = dns_write_record(&w, &rr);
    }
    if (room && dns_read_done(&r)) {
        slice again = dns_write_end(&w);
        show(packet, &before);
        show(again, &after);
        assert(slice_eq(buf_slice(&before), buf_slice(&after)));
    }
    buf_deinit(&before);
    buf_deinit(&after);
    dns_writer_deinit(&w);
}

static void serve(slice packet)
{
    struct dns_writer w = { 0 };
    struct dns_zone z;
    struct dns_zones zs;
    dns_zone_init(&z, SLICE("org"));
    dns_zone_add(&z, SLICE("*.org"), DNS_A, 60)->a = 1;
    dns_zones_init(&zs);
    dns_zones_add(&zs, &z);
    if (dns_authority_answer(&zs, packet, DNS_UDP_MAX, &w)) {
        struct dns_reader r;
        assert(dns_read(&r, dns_write_end(&w)) && r.header.response);
    }
    dns_zones_deinit(&zs);
    dns_zone_deinit(&z);
    dns_writer_deinit(&w);
}

/* The packet as a server's answer to its own question. */
static void resolve(slice packet)
{
    static const uint32_t hint = 1;
    struct dns_reader r;
    struct dns_question q;
    struct dns_resolve resolve;
    struct dns_writer w = { 0 };
    uint32_t ip;
    if (!dns_read(&r, packet) || !dns_read_question(&r, &q)) {
        return;
    }
    struct dns_cache *c = dns_cache_new();
    dns_resolve_start(&resolve, &q, &hint, 1);
    for (int i = 0; i < 4; i++) {
        if (dns_resolve_next(&resolve, c, 0, r.header.id, &w, &ip) == DNS_SEND) {
            (void)dns_resolve_heard(&resolve, c, packet, ip, 0);
        }
    }
    struct dns_query client = { .limit = DNS_UDP_MAX, .has_question = true, .question = q };
    dns_resolve_reply(&resolve, c, 0, &client, &w);
    dns_resolve_deinit(&resolve);
    dns_cache_free(c);
    dns_writer_deinit(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice packet = { (const char *)data, size };
    struct dns_stub_answer answer;
    struct dns_reader r;
    struct buf text;
    struct dns_name asked;
    if (!dns_read(&r, packet) || !dns_name_set(&asked, SLICE("example.org"))) {
        return 0;
    }
    buf_init(&text);
    dns_answer_text(packet, &text);
    (void)dns_stub_read(packet, r.header.id, &asked, DNS_MX, &answer);
    write_back(packet);
    serve(packet);
    resolve(packet);
    buf_deinit(&text);
    return 0;
}
