/* words.h - a record of the trace in plain words, for people who have never heard of SMTP.
 * The same sentences serve the story pane, the map and the linear story. */
#ifndef MAILFLOW_UI_WORDS_H
#define MAILFLOW_UI_WORDS_H

#include "ui/cast.h"

enum words_protocol { WORDS_SMTP, WORDS_POP, WORDS_IMAP, WORDS_HTTP, WORDS_DNS };

bool words_tell(uint32_t kind); /* is there a sentence for this kind? */
/* One sentence with its full stop, nothing where there is none. */
void words_of(const struct cast *c, uint64_t record, struct buf *out);
/* The same for somebody who listens on the lines without keys: what goes under TLS is sealed. */
void words_heard(const struct cast *c, uint64_t record, bool listen, struct buf *out);
/* words_of() for SAID without who speaks: "writes the recipient on the envelope"; where one record
 * holds several questions (pipelining, RFC 2920), all of them. */
void words_said_all(const struct cast *c, uint64_t record, struct buf *out);
/* How many questions a SAID record holds; anything else counts as one. */
uint32_t words_said_count(const struct cast *c, uint64_t record);
/* Does a server's line say no, for now or for good? */
bool words_is_refusal(enum words_protocol protocol, slice line);
enum words_protocol words_protocol_of(const struct cast *c, uint32_t flow);
/* "to hand in a letter" for the submission service, and so on. */
const char *words_purpose(const struct cast *c, uint32_t flow);
/* One sentence for a record about TLS, or about an attacker on the way; nothing for others. */
void words_tls(const struct cast *c, const struct trace_rec *r, struct buf *out);
/* What a device does with its own copy of the mail (words_device.c). */
void words_device(const struct cast *c, const struct trace_rec *r, struct buf *out);
/* What an ANSWER record found, without names and TTLs: "mail.example.net (10)"; false: it found
 * nothing, and the text says why ("NXDOMAIN"). */
bool words_answer(const struct cast *c, uint64_t record, struct buf *out);
/* What an ANSWER or CACHED record comes to, in short and plain: "192.0.2.11", "ask net", "no such
 * name". */
enum words_dns { WORDS_DNS_FOUND, WORDS_DNS_REFERRAL, WORDS_DNS_NOTHING, WORDS_DNS_FAILED };
enum words_dns words_dns_short(const struct cast *c, uint64_t record, struct buf *out);
/* "address of mail.example.net?" */
void words_dns_question(slice name, uint32_t dns_type, struct buf *out);
/* A line of a zone without name, TTL and class: "MX 10 mail.example.net". */
slice words_dns_line(slice line);
/* "MX", "A", "TYPE65". */
void words_type(struct buf *out, uint32_t dns_type);
/* How long, for people: "29m 50s", "2h 5m", "4d 3h", "12s", "0.3s". */
void words_span(struct buf *out, uint64_t ns);
/* "Mon 09:00:01.284", or "0:00:01.284" where the trace has no calendar. */
void words_time(const struct cast *c, uint64_t ns, bool milliseconds, struct buf *out);

#endif
