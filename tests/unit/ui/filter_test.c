#include "ui/filter.h"

#include "ui/matches.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"

Test(filter, tells_where_an_expression_goes_wrong_and_what_was_meant)
{
    static const struct {
        const char *text;
        size_t at;
        const char *says;
    } rows[] = {
        { "smtp.req.comand == \"RCPT\"", 0, "did you mean \"smtp.req.command\"?" },
        { "smtp.rsp.code >= 400", 0, "did you mean \"smtp.response.code\"?" },
        { "smtp and", 8, "something is missing here" },
        { "", 0, "something is missing here" },
        { "(smtp or imap", 13, ") is missing" },
        { "smtp imap", 5, "and, or, or a relation" },
        { "smtp == 1", 5, "it has no value" },
        { "smtp.response.code == RCPT", 22, "a number is wanted here" },
        { "dns.qry.type == MXX", 16, "a word as MX" },
        { "ip.addr == 300.1.1.1", 11, "an address" },
        { "ip.addr > 192.0.2.1", 8, "compared by == and != only" },
        { "tcp.port contains 2", 9, "a field that is a text" },
        { "kind matches \"x\"", 5, "use contains" },
        { "kind ~ \"x\"", 5, "use contains" },
        { "tcp.port in 25", 12, "{ is wanted" },
        { "tcp.port in {25", 15, ", or } is wanted here" },
        { "tcp.port in {30..25}", 13, "a number is wanted here" },
        { "kind == \"open", 8, "a text in quotes is wanted here" },
        { "lower(tcp.port) == 25", 6, "a field that is a text" },
        { "frame.time_relative > soon", 22, "a time" },
        { "tcp.port == 25 == 25", 15, "one relation is enough" },
        { "5 == 5", 0, "there is no field 5" },
        { "\"RCPT\"", 0, "the name of a field is wanted" },
        { "tcp.flags.syn == 2", 17, "true or false" },
        { "not ( ! ( kind == \"x\" ) ) )", 26, "wanted here" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct filter f;
        struct filter_err err;
        cr_expect(!filter_parse(&f, slice_of(rows[i].text), &err), "%s", rows[i].text);
        cr_expect_eq(err.at, rows[i].at, "%s: at %zu", rows[i].text, err.at);
        cr_expect(strstr(err.text, rows[i].says), "%s: %s", rows[i].text, err.text);
        filter_deinit(&f);
    }
}

Test(filter, knows_an_expression_from_a_text)
{
    static const struct {
        const char *text;
        bool in_find, in_filter;
    } rows[] = {
        { "smtp.req.command == \"RCPT\"", true, true },
        { "smtp.rsp.code >= 400", true, true }, /* so that the mistake can be told */
        { "smtp.req.command", true, true },
        { "smtp", false, true },
        { "(smtp)", true, true },
        { "!smtp", true, true },
        { "smtp and dns", true, true },
        { "lower(kind) == \"open\"", true, true },
        { "not kind contains \"x\"", true, true },
        { "TO:<bob@example.net>", false, false },
        { "bob@example.net", false, false },
        { "not found", false, false },
        { "letter to Bob", false, false },
        { "mail.example.org", false, false },
        { "smtp.example.org", false, false },
        { "2 > 1", false, false },
        { "\"smtp == 1\"", false, false },
        { "", false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice text = slice_of(rows[i].text);
        cr_expect_eq(filter_is_expression(text, false), rows[i].in_find, "/%s", rows[i].text);
        cr_expect_eq(filter_is_expression(text, true), rows[i].in_filter, "&%s", rows[i].text);
    }
}

/* The number of flights and datagrams is that of the packets which tshark 4.0 shows for the same
 * expression in an exported capture of this lesson. */
Test(filter, finds_in_the_first_lesson_what_wireshark_finds)
{
    static const struct {
        const char *text;
        uint64_t flights, all; /* 0: not compared */
    } rows[] = {
        { "smtp", 28, 0 },
        { "smtp.req.command", 11, 0 },
        { "smtp.req.command == \"RCPT\"", 2, 4 },
        { "smtp.req.command == RCPT", 2, 4 },
        { "smtp.req.command != \"RCPT\"", 9, 0 },
        { "smtp.req.command contains \"RC\"", 2, 0 },
        { "lower(smtp.req.command) == \"rcpt\"", 2, 0 },
        { "smtp.req.command in {\"RCPT\", \"MAIL\"}", 4, 0 },
        { "smtp.req.parameter contains \"bob@\"", 2, 0 },
        { "smtp.response.code >= 300", 2, 0 },
        { "smtp.response.code in {300..399}", 2, 0 },
        { "smtp.response.code == 0x162", 2, 0 },
        { "smtp.req", 11, 0 },
        { "smtp.rsp", 15, 0 },
        { "smtp.rsp == False", 0, 0 },
        { "imap.isrequest == 1", 5, 0 },
        { "imap.request.command == \"FETCH\"", 2, 0 },
        { "imap.request.command.uid", 2, 0 },
        { "imap.request.folder == \"INBOX\"", 1, 0 },
        { "imap.response.status == \"OK\"", 5, 0 },
        { "imf.subject == \"Hello\" and smtp", 2, 0 },
        { "imf.message_id == \"<1.alice-laptop@example.org>\" and smtp", 2, 0 },
        { "dns", 14, 0 },
        { "dns or smtp and imap", 14, 0 },
        { "(dns or smtp) and imap", 0, 0 },
        { "dns.flags.response == 1", 7, 0 },
        { "dns.qry.type == MX", 4, 0 },
        { "dns.qry.type == 15", 4, 0 },
        { "dns.mx.mail_exchange == \"mail.example.net\"", 2, 0 },
        { "dns.a == 198.51.100.0/24", 4, 0 },
        { "dns.resp.name == \"example.net\" and dns.resp.ttl > 0", 2, 0 },
        { "tcp.stream == 1 and tcp.len > 0", 13, 0 },
        { "udp.port == 53", 14, 0 },
        { "ip.addr == 203.0.113.11", 6, 0 },
        { "tls and smtp.req.command == \"RCPT\"", 1, 0 },
        { "tls.handshake.extensions_server_name == \"mail.example.org\"", 1, 0 },
        { "tls.handshake.type == client_hello", 2, 0 },
        { "outcome.fate == \"relayed\"", 0, 0 },
        { "accept", 0, 2 },
        { "record == 1 or kind == \"end\"", 0, 2 },
        { "host.from == \"bob-phone\" and imap.request.command", 5, 10 },
        { "text contains \"Hello\" and story", 0, 0 },
        { "frame.time_relative < 1.08 and datagram", 4, 4 },
        { "frame.time_relative < 1080ms and datagram", 4, 4 },
        { "smtp.eom", 2, 0 },
        { "tls.record.content_type == 22", 4, 0 }, /* without the keys; with them it is 6 */
        { "tls.record.content_type == handshake", 4, 0 },
        { "imap.response contains \"LITERAL+\"", 1, 0 },
        { "smtp.response contains \"\\r\\n\"", 15, 0 },
        { "dns.flags.rcode == NOERROR", 7, 0 },
        { "dns.flags.authoritative == 1", 3, 0 },
        { "dns.resp.type == A", 6, 0 },
        { "tcp.flags.syn == 1 and open", 0, 3 },
        { "tcp.seq == 1 and tcp.len > 0", 6, 0 },
        { "tcp.seq == 205 and tcp.ack == 97", 1, 0 },
        { "tcp.ack == 91", 1, 0 },
    };
    struct trace t;
    struct cast c;
    struct segments s;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    cast_init(&c, &t);
    cast_extend(&c);
    segments_init(&s, &c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct matches m = { 0 };
        struct filter_err wrong;
        uint64_t flights = 0;
        cr_assert(matches_set(&m, &c, &s, slice_of(rows[i].text), true, &wrong), "%s: %s",
                  rows[i].text, wrong.text);
        for (uint64_t n = 0; (n = record_set_next(&m.set, n, 1)) != 0;) {
            uint32_t kind = trace_at(&t, n)->kind;
            flights += kind == TRACE_FLIGHT || kind == TRACE_DATAGRAM;
        }
        cr_expect_eq(flights, rows[i].flights, "%s: %d packets", rows[i].text, (int)flights);
        cr_expect(rows[i].all == 0 || m.set.total == rows[i].all, "%s: %d in all", rows[i].text,
                  (int)m.set.total);
        matches_deinit(&m);
    }
    segments_deinit(&s);
    cast_deinit(&c);
    trace_deinit(&t);
}

Test(filter, says_what_was_found_so_that_it_is_found_again)
{
    static const struct {
        enum field field;
        const char *text; /* NULL: the number */
        uint64_t number;
        const char *says;
    } rows[] = {
        { FIELD_SMTP_CODE, NULL, 550, "smtp.response.code == 550" },
        { FIELD_DNS_QTYPE, NULL, 15, "dns.qry.type == MX" },
        { FIELD_DNS_QTYPE, NULL, 999, "dns.qry.type == 999" },
        { FIELD_TLS_VERSION, NULL, 0x303, "tls.record.version == 771" },
        { FIELD_DNS_A, "\xc0\x00\x02\x01", 0, "dns.a == 192.0.2.1" },
        { FIELD_TCP_SYN, NULL, 1, "tcp.flags.syn == 1" },
        { FIELD_SMTP_RESPONSE, "250 \"\\\x01\r\n", 0,
          "smtp.response == \"250 \\\"\\\\\\x01\\r\\n\"" },
        { FIELD_SMTP_EOM, NULL, 0, "smtp.eom" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hits h;
        struct buf out;
        struct filter f;
        struct filter_err err;
        buf_init(&out);
        hits_init(&h);
        if (rows[i].text) {
            size_t len = rows[i].field == FIELD_DNS_A ? 4 : strlen(rows[i].text);
            hits_text(&h, rows[i].field, 0, 0, 0, (slice){ rows[i].text, len });
        } else {
            hits_number(&h, rows[i].field, 0, 0, 0, rows[i].number);
        }
        filter_of_hit(&h, &h.rows[0], &out);
        cr_expect_str_eq(buf_z(&out), rows[i].says);
        const struct hits *parts[] = { &h };
        cr_assert(filter_parse(&f, buf_slice(&out), &err), "%s: %s", buf_z(&out), err.text);
        cr_expect(filter_holds(&f, parts, 1), "%s", buf_z(&out));
        filter_deinit(&f);
        hits_deinit(&h);
        buf_deinit(&out);
    }
}
