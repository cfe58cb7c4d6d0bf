/* dns_lab.c - zones out of master-file lines, and packets as text. */
#include "tests/lib/dns_lab.h"

#include "sim/base/err.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void dns_lab_init(struct dns_lab *lab)
{
    lab->count = 0;
    arena_init(&lab->keep);
    dns_zones_init(&lab->zones);
}

void dns_lab_deinit(struct dns_lab *lab)
{
    for (size_t i = 0; i < lab->count; i++) {
        dns_zone_deinit(&lab->zone[i]);
    }
    dns_zones_deinit(&lab->zones);
    arena_deinit(&lab->keep);
}

void dns_lab_zone(struct dns_lab *lab, const char *origin, const char *lines)
{
    assert(lab->count < DNS_LAB_ZONES);
    struct dns_zone *z = &lab->zone[lab->count++];
    struct err err;
    slice rest = slice_of(lines);
    dns_zone_init(z, slice_of(origin));
    while (rest.len > 0) {
        slice line = slice_cut(&rest, '\n');
        if (!dns_zone_line(z, line, &lab->keep, &err)) {
            fprintf(stderr, "%.*s: %s\n", SLICE_ARG(line), err.text);
            abort();
        }
    }
    bool added = dns_zones_add(&lab->zones, z);
    assert(added);
}

void dns_lab_text(slice packet, struct buf *out)
{
    static const char *const sections[] = { "an ", "ns ", "ar " };
    struct dns_reader r;
    struct dns_record rr;
    if (!dns_read(&r, packet)) {
        buf_addz(out, "short\n");
        return;
    }
    buf_addz(out, dns_rcode_name(r.header.rcode));
    buf_addz(out, r.header.authoritative ? " aa" : "");
    buf_addz(out, r.header.truncated ? " tc" : "");
    buf_addz(out, "\n");
    while (dns_read_record(&r, &rr)) {
        buf_addz(out, sections[rr.section]);
        dns_record_text(&rr, out);
        buf_addz(out, "\n");
    }
    buf_addz(out, dns_read_done(&r) ? "" : "malformed\n");
}

void dns_lab_ask(const struct dns_lab *lab, const char *name, uint16_t type, struct buf *out)
{
    struct dns_writer query = { 0 }, answer = { 0 };
    struct dns_question q = { .type = type, .class_ = DNS_IN };
    bool ok = dns_name_set(&q.name, slice_of(name));
    assert(ok);
    dns_write(&query, (struct dns_header){ .id = 1 }, DNS_UDP_MAX);
    dns_write_question(&query, &q);
    ok = dns_authority_answer(&lab->zones, dns_write_end(&query), DNS_UDP_MAX, &answer);
    assert(ok);
    dns_lab_text(dns_write_end(&answer), out);
    dns_writer_deinit(&query);
    dns_writer_deinit(&answer);
}
