/* field.h - THE list of what can be asked of a record and shown of its bytes.
 * X(ID, "name", type, whose, "label", "what it is")
 *   type   NONE: it is there or not (a protocol, a mark); TEXT, NUM, BOOL; IP an address of either
 *          family; TIME ns since the start of the run
 *   whose  WIRESHARK: its name there, with its meaning; OURS: there is no such thing there
 * A row without a name is a part of the field around it: it is shown and not asked for.
 * Behind these rows come the kinds of the trace and their fields, whose names are those of
 * docs/trace.md ("defer", "defer.text").  docs/filter.md is checked against the list. */
#ifndef MAILFLOW_UI_FIELD_H
#define MAILFLOW_UI_FIELD_H

#include "sim/base/buf.h"
#include "sim/trace/trace.h"

#define FIELDS(X)                                                                                  \
    /* about the record itself */                                                                  \
    X(RECORD, "record", NUM, OURS, "Record", "its number in the trace")                            \
    X(KIND, "kind", TEXT, OURS, "Kind", "what kind of record it is, as in docs/trace.md")          \
    X(HOST, "host", TEXT, OURS, "Host", "a host that it happens at, or that it is sent to")        \
    X(HOST_FROM, "host.from", TEXT, OURS, "Host", "the host that does it")                         \
    X(HOST_TO, "host.to", TEXT, OURS, "To host", "the host that it is sent to")                    \
    X(FLOW, "flow", NUM, OURS, "Flow", "the number of the connection or DNS exchange")             \
    X(SERVICE, "service", TEXT, OURS, "Service", "what was called: smtp, submission, imap ...")    \
    X(LETTER, "letter", TEXT, OURS, "Letter", "Message-ID of the letter, without the brackets")    \
    X(WORDS, "text", TEXT, OURS, "Text",                                                           \
      "everything that is said of it: the plain words, names, "                                    \
      "what was said")                                                                             \
    X(TIME, "frame.time_relative", TIME, WIRESHARK, "Time",                                        \
      "since the start of the run: seconds, or 10ms, 4h")                                          \
    /* the network */                                                                              \
    X(IP, "ip", NONE, WIRESHARK, "IPv4", "something sent by IPv4")                                 \
    X(IP_ADDR, "ip.addr", IP, WIRESHARK, "Address", "an IPv4 address at either end")               \
    X(IP_SRC, "ip.src", IP, WIRESHARK, "Source", "the sender's IPv4 address")                      \
    X(IP_DST, "ip.dst", IP, WIRESHARK, "Destination", "the receiver's IPv4 address")               \
    X(IPV6, "ipv6", NONE, WIRESHARK, "IPv6", "something sent by IPv6")                             \
    X(IPV6_ADDR, "ipv6.addr", IP, WIRESHARK, "Address", "an IPv6 address at either end")           \
    X(IPV6_SRC, "ipv6.src", IP, WIRESHARK, "Source", "the sender's IPv6 address")                  \
    X(IPV6_DST, "ipv6.dst", IP, WIRESHARK, "Destination", "the receiver's IPv6 address")           \
    X(TCP, "tcp", NONE, WIRESHARK, "TCP", "part of a TCP connection")                              \
    X(TCP_PORT, "tcp.port", NUM, WIRESHARK, "Port", "a TCP port at either end")                    \
    X(TCP_SRC, "tcp.srcport", NUM, WIRESHARK, "Source port", "the sender's TCP port")              \
    X(TCP_DST, "tcp.dstport", NUM, WIRESHARK, "Destination port", "the receiver's TCP port")       \
    X(TCP_STREAM, "tcp.stream", NUM, WIRESHARK, "Stream",                                          \
      "TCP connections counted from 0, as in an exported capture")                                 \
    X(TCP_SEQ, "tcp.seq", NUM, WIRESHARK, "Sequence number",                                       \
      "where its first octet stands in its direction, the SYN at 0")                               \
    X(TCP_ACK, "tcp.ack", NUM, WIRESHARK, "Acknowledgement", "the octet that is awaited next")     \
    X(TCP_LEN, "tcp.len", NUM, WIRESHARK, "Length", "octets of data in it")                        \
    X(TCP_SYN, "tcp.flags.syn", BOOL, WIRESHARK, "SYN", "it asks for a connection")                \
    X(TCP_FIN, "tcp.flags.fin", BOOL, WIRESHARK, "FIN", "its sender has no more to say")           \
    X(TCP_RST, "tcp.flags.reset", BOOL, WIRESHARK, "RST", "it breaks the connection off")          \
    X(TCP_PSH, "tcp.flags.push", BOOL, WIRESHARK, "PSH", "data to be handed on at once")           \
    X(TCP_AGAIN, "tcp.analysis.retransmission", NONE, WIRESHARK, "Retransmission",                 \
      "it was sent before")                                                                        \
    X(UDP, "udp", NONE, WIRESHARK, "UDP", "a datagram")                                            \
    X(UDP_PORT, "udp.port", NUM, WIRESHARK, "Port", "a UDP port at either end")                    \
    X(UDP_SRC, "udp.srcport", NUM, WIRESHARK, "Source port", "the sender's UDP port")              \
    X(UDP_DST, "udp.dstport", NUM, WIRESHARK, "Destination port", "the receiver's UDP port")       \
    /* TLS */                                                                                      \
    X(TLS, "tls", NONE, WIRESHARK, "TLS", "it is part of TLS, or is said under it")                \
    X(TLS_RECORD, "", NONE, OURS, "TLS record", "")                                                \
    X(TLS_TYPE, "tls.record.content_type", NUM, WIRESHARK, "Content type",                         \
      "what a TLS record holds, by its header")                                                    \
    X(TLS_VERSION, "tls.record.version", NUM, WIRESHARK, "Version", "the version in that header")  \
    X(TLS_LENGTH, "tls.record.length", NUM, WIRESHARK, "Length", "octets of the TLS record")       \
    X(TLS_SHAKE, "tls.handshake.type", NUM, WIRESHARK, "Handshake type",                           \
      "the kind of a handshake message that goes in the clear")                                    \
    X(TLS_NAME, "tls.handshake.extensions_server_name", TEXT, WIRESHARK, "Server name",            \
      "the name that the client asks for (SNI)")                                                   \
    X(TLS_SEALED, "", NONE, OURS, "Encrypted", "")                                                 \
    /* SMTP */                                                                                     \
    X(SMTP, "smtp", NONE, WIRESHARK, "SMTP", "said in SMTP")                                       \
    X(SMTP_REQ, "smtp.req", BOOL, WIRESHARK, "Request", "the client speaks")                       \
    X(SMTP_LINE, "smtp.command_line", TEXT, WIRESHARK, "Command line",                             \
      "a whole line of the client, with its CRLF")                                                 \
    X(SMTP_COMMAND, "smtp.req.command", TEXT, WIRESHARK, "Command", "the verb: MAIL, RCPT, DATA")  \
    X(SMTP_PARAMETER, "smtp.req.parameter", TEXT, WIRESHARK, "Parameter",                          \
      "what stands behind the verb")                                                               \
    X(SMTP_PATH, "", TEXT, OURS, "Path", "")                                                       \
    X(SMTP_ESMTP, "", TEXT, OURS, "ESMTP parameter", "")                                           \
    X(SMTP_RSP, "smtp.rsp", BOOL, WIRESHARK, "Response", "the server speaks")                      \
    X(SMTP_RESPONSE, "smtp.response", TEXT, WIRESHARK, "Response",                                 \
      "a whole line of the server, with its CRLF")                                                 \
    X(SMTP_CODE, "smtp.response.code", NUM, WIRESHARK, "Reply code", "the three digits")           \
    X(SMTP_DIGIT1, "", NUM, OURS, "First digit", "")                                               \
    X(SMTP_DIGIT2, "", NUM, OURS, "Second digit", "")                                              \
    X(SMTP_DIGIT3, "", NUM, OURS, "Third digit", "")                                               \
    X(SMTP_MORE, "", NONE, OURS, "More lines", "")                                                 \
    X(SMTP_REPLY_TEXT, "smtp.rsp.parameter", TEXT, WIRESHARK, "Reply text",                        \
      "what stands behind the digits")                                                             \
    X(SMTP_ENHANCED, "smtp.enhanced", TEXT, OURS, "Enhanced status code", "as in 5.1.1")           \
    X(SMTP_CLASS, "", NUM, OURS, "Class", "")                                                      \
    X(SMTP_SUBJECT, "", NUM, OURS, "Subject", "")                                                  \
    X(SMTP_DETAIL, "", NUM, OURS, "Detail", "")                                                    \
    X(SMTP_PROOF, "", NONE, OURS, "Proof of identity", "")                                         \
    X(SMTP_EOM, "smtp.eom", NONE, WIRESHARK, "End of the letter", "the dot on a line of its own")  \
    /* IMAP */                                                                                     \
    X(IMAP, "imap", NONE, WIRESHARK, "IMAP", "said in IMAP")                                       \
    X(IMAP_IS_REQUEST, "imap.isrequest", BOOL, WIRESHARK, "Request", "the client speaks")          \
    X(IMAP_REQUEST, "imap.request", TEXT, WIRESHARK, "Request", "a line of the client")            \
    X(IMAP_TAG, "imap.tag", TEXT, WIRESHARK, "Tag", "the tag of a command or of its answer")       \
    X(IMAP_REQUEST_TAG, "imap.request_tag", TEXT, WIRESHARK, "Tag", "the tag of a command")        \
    X(IMAP_UID, "imap.request.command.uid", BOOL, WIRESHARK, "UID", "its numbers are UIDs")        \
    X(IMAP_COMMAND, "imap.request.command", TEXT, WIRESHARK, "Command",                            \
      "SELECT, FETCH ..., without UID in front")                                                   \
    X(IMAP_FOLDER, "imap.request.folder", TEXT, WIRESHARK, "Folder", "the mailbox that is meant")  \
    X(IMAP_ARGUMENTS, "", TEXT, OURS, "Arguments", "")                                             \
    X(IMAP_RESPONSE, "imap.response", TEXT, WIRESHARK, "Response",                                 \
      "the line with an answer's tag")                                                             \
    X(IMAP_RESPONSE_TAG, "imap.response_tag", TEXT, WIRESHARK, "Tag", "the tag of an answer")      \
    X(IMAP_UNTAGGED, "", NONE, OURS, "Untagged", "")                                               \
    X(IMAP_GO_ON, "", NONE, OURS, "Continuation", "")                                              \
    X(IMAP_STATUS, "imap.response.status", TEXT, WIRESHARK, "Status",                              \
      "OK, NO, BAD behind the tag")                                                                \
    X(IMAP_CODE, "imap.response.code", TEXT, OURS, "Response code",                                \
      "the word in brackets: UIDVALIDITY, TRYCREATE")                                              \
    X(IMAP_NUMBER, "", NUM, OURS, "Number", "")                                                    \
    X(IMAP_DATA, "imap.response.data", TEXT, OURS, "Data",                                         \
      "what an untagged answer is about: EXISTS, FETCH, LIST")                                     \
    X(IMAP_TEXT, "", TEXT, OURS, "Text", "")                                                       \
    X(IMAP_LITERAL, "imap.literal", NUM, OURS, "Literal", "octets of a literal that follows")      \
    X(IMAP_LITERAL_BYTES, "", NONE, OURS, "Literal octets", "")                                    \
    /* POP3 */                                                                                     \
    X(POP, "pop", NONE, WIRESHARK, "POP3", "said in POP3")                                         \
    X(POP_REQUEST, "pop.request", TEXT, WIRESHARK, "Request", "a line of the client")              \
    X(POP_COMMAND, "pop.request.command", TEXT, WIRESHARK, "Command", "the verb: STAT, RETR")      \
    X(POP_PARAMETER, "pop.request.parameter", TEXT, WIRESHARK, "Parameter",                        \
      "what stands behind the verb")                                                               \
    X(POP_RESPONSE, "pop.response", TEXT, WIRESHARK, "Response", "the first line of an answer")    \
    X(POP_INDICATOR, "pop.response.indicator", TEXT, WIRESHARK, "Indicator", "+OK or -ERR")        \
    X(POP_DESCRIPTION, "pop.response.description", TEXT, WIRESHARK, "Description",                 \
      "what stands behind the indicator")                                                          \
    X(POP_CODE, "pop.response.code", TEXT, OURS, "Response code", "the word in brackets: IN-USE")  \
    X(POP_DATA, "", NONE, OURS, "Line of the answer", "")                                          \
    X(POP_END, "", NONE, OURS, "End of the answer", "")                                            \
    /* HTTP */                                                                                     \
    X(HTTP, "http", NONE, WIRESHARK, "HTTP", "said in HTTP")                                       \
    X(HTTP_METHOD, "http.request.method", TEXT, WIRESHARK, "Method", "GET, POST")                  \
    X(HTTP_URI, "http.request.uri", TEXT, WIRESHARK, "Target", "what is asked for")                \
    X(HTTP_CODE, "http.response.code", NUM, WIRESHARK, "Status code", "the three digits")          \
    X(HTTP_DATA, "", NONE, OURS, "Text", "")                                                       \
    /* letters */                                                                                  \
    X(IMF, "imf", NONE, WIRESHARK, "Letter", "a letter's own text")                                \
    X(IMF_FROM, "imf.from", TEXT, WIRESHARK, "From", "its From field")                             \
    X(IMF_TO, "imf.to", TEXT, WIRESHARK, "To", "its To field")                                     \
    X(IMF_CC, "imf.cc", TEXT, WIRESHARK, "Cc", "its Cc field")                                     \
    X(IMF_SUBJECT, "imf.subject", TEXT, WIRESHARK, "Subject", "its Subject field")                 \
    X(IMF_DATE, "imf.date", TEXT, WIRESHARK, "Date", "its Date field")                             \
    X(IMF_ID, "imf.message_id", TEXT, WIRESHARK, "Message-ID", "its Message-ID, with brackets")    \
    X(IMF_FIELD, "", TEXT, OURS, "Header field", "")                                               \
    X(IMF_BLANK, "", NONE, OURS, "End of the header", "")                                          \
    X(IMF_BODY, "", NONE, OURS, "Text of the letter", "")                                          \
    X(IMF_STUFFED, "", NONE, OURS, "Stuffed dot", "")                                              \
    /* DNS */                                                                                      \
    X(DNS, "dns", NONE, WIRESHARK, "DNS", "a DNS message, or what is asked and learned by it")     \
    X(DNS_ID, "dns.id", NUM, WIRESHARK, "Transaction ID", "by which an answer finds its question") \
    X(DNS_FLAGS, "dns.flags", NUM, WIRESHARK, "Flags", "all 16 bits of them")                      \
    X(DNS_RESPONSE, "dns.flags.response", BOOL, WIRESHARK, "QR: answer", "it is an answer")        \
    X(DNS_OPCODE, "dns.flags.opcode", NUM, WIRESHARK, "Opcode", "0: a plain question")             \
    X(DNS_AA, "dns.flags.authoritative", BOOL, WIRESHARK, "AA: authoritative",                     \
      "from a server that is responsible for the name")                                            \
    X(DNS_TC, "dns.flags.truncated", BOOL, WIRESHARK, "TC: truncated", "it did not fit")           \
    X(DNS_RD, "dns.flags.recdesired", BOOL, WIRESHARK, "RD: recursion desired",                    \
      "find it out for me")                                                                        \
    X(DNS_RA, "dns.flags.recavail", BOOL, WIRESHARK, "RA: recursion available",                    \
      "this server does find things out for others")                                               \
    X(DNS_Z, "dns.flags.z", BOOL, WIRESHARK, "Z: reserved", "a bit without a meaning")             \
    X(DNS_AD, "dns.flags.authenticated", BOOL, WIRESHARK, "AD: authenticated",                     \
      "the signatures were checked")                                                               \
    X(DNS_CD, "dns.flags.checkdisable", BOOL, WIRESHARK, "CD: no checking",                        \
      "do not check signatures for me")                                                            \
    X(DNS_RCODE, "dns.flags.rcode", NUM, WIRESHARK, "Reply code", "NOERROR, NXDOMAIN ...")         \
    X(DNS_QUESTIONS, "dns.count.queries", NUM, WIRESHARK, "Questions", "how many questions")       \
    X(DNS_ANSWERS, "dns.count.answers", NUM, WIRESHARK, "Answers", "records in the answer")        \
    X(DNS_AUTHORITIES, "dns.count.auth_rr", NUM, WIRESHARK, "Authority records",                   \
      "records that say who knows")                                                                \
    X(DNS_ADDITIONALS, "dns.count.add_rr", NUM, WIRESHARK, "Additional records",                   \
      "records that may help")                                                                     \
    X(DNS_QNAME, "dns.qry.name", TEXT, WIRESHARK, "Name", "the name that is asked for")            \
    X(DNS_QTYPE, "dns.qry.type", NUM, WIRESHARK, "Type", "the type that is asked for: A, MX")      \
    X(DNS_QCLASS, "dns.qry.class", NUM, WIRESHARK, "Class", "1: the Internet")                     \
    X(DNS_NAME, "dns.resp.name", TEXT, WIRESHARK, "Name", "whose record it is")                    \
    X(DNS_TYPE, "dns.resp.type", NUM, WIRESHARK, "Type", "the record's type")                      \
    X(DNS_CLASS, "dns.resp.class", NUM, WIRESHARK, "Class", "1: the Internet")                     \
    X(DNS_TTL, "dns.resp.ttl", NUM, WIRESHARK, "Time to live", "seconds that it may be kept")      \
    X(DNS_LEN, "dns.resp.len", NUM, WIRESHARK, "Data length", "octets of the record's data")       \
    X(DNS_A, "dns.a", IP, WIRESHARK, "Address", "an IPv4 address that is told")                    \
    X(DNS_AAAA, "dns.aaaa", IP, WIRESHARK, "Address", "an IPv6 address that is told")              \
    X(DNS_PREFERENCE, "dns.mx.preference", NUM, WIRESHARK, "Preference", "the lowest comes first") \
    X(DNS_MX, "dns.mx.mail_exchange", TEXT, WIRESHARK, "Mail server", "who takes mail for it")     \
    X(DNS_NS, "dns.ns", TEXT, WIRESHARK, "Name server", "who knows the zone")                      \
    X(DNS_CNAME, "dns.cname", TEXT, WIRESHARK, "Real name", "the name that this one stands for")   \
    X(DNS_PTR, "dns.ptr.domain_name", TEXT, WIRESHARK, "Name", "the name of an address")           \
    X(DNS_TXT, "dns.txt", TEXT, WIRESHARK, "Text", "free text, often a policy for mail")           \
    X(DNS_SOA, "dns.soa.mname", TEXT, WIRESHARK, "First server", "the zone's own name server")     \
    X(DNS_SERIAL, "dns.soa.serial_number", NUM, WIRESHARK, "Serial", "of the zone")                \
    X(DNS_MINIMUM, "dns.soa.minimum_ttl", NUM, WIRESHARK, "Negative TTL",                          \
      "seconds that \"there is none\" may be kept")                                                \
    X(DNS_OPT, "", NONE, OURS, "EDNS", "")                                                         \
    X(DNS_SIZE, "dns.rr.udp_payload_size", NUM, WIRESHARK, "UDP size",                             \
      "octets that the sender can take in one datagram")                                           \
    X(DNS_DATA, "", NONE, OURS, "Data", "")

enum field {
    FIELD_NONE,
#define X(id, name, type, whose, label, doc) FIELD_##id,
    FIELDS(X)
#undef X
        FIELD_ROWS,
    /* a kind of the trace: it is one; and its fields a, b, c, at their times */
    FIELD_KINDS = FIELD_ROWS,
    FIELD_PARTS = FIELD_KINDS + TRACE_KIND_COUNT,
    FIELD_COUNT = FIELD_PARTS + 3 * TRACE_KIND_COUNT
};

enum field_type { FIELD_T_NONE, FIELD_T_TEXT, FIELD_T_NUM, FIELD_T_BOOL, FIELD_T_IP, FIELD_T_TIME };

/* The name goes into `out`, so that kinds need no table of theirs; empty: a part of another. */
void field_name(enum field f, struct buf *out);
const char *field_row_name(enum field f); /* the same for rows and kinds; of their parts NULL */
enum field_type field_type(enum field f);
bool field_is_wiresharks(enum field f);
const char *field_label(enum field f);
const char *field_doc(enum field f);
enum field field_find(slice name); /* letter by letter; FIELD_NONE: there is none */
/* The number that a word stands for ("MX", "NXDOMAIN"); false: none. */
bool field_word(enum field f, slice word, uint64_t *number_r);
/* The other way; nothing where the number has no word. */
const char *field_number_word(enum field f, uint64_t number);

/* A field that was found in some bytes, or beside them. */
struct hit {
    uint16_t field; /* enum field */
    uint8_t level;  /* how deep it lies in others */
    bool outside;   /* it is not in these bytes: a header in front of them */
    uint32_t at, len;
    uint64_t number;       /* NUM, BOOL, TIME */
    size_t text, text_len; /* TEXT: in hits.text; IP: 4 or 16 octets */
};
struct hits {
    struct hit *rows;
    size_t count, cap;
    struct buf text;
    const uint8_t *wanted; /* by field: gather nothing else; NULL: all */
};
void hits_init(struct hits *h);
void hits_deinit(struct hits *h);
void hits_clear(struct hits *h);
/* NULL: it is not wanted.  Valid until the next one is added. */
struct hit *hits_add(struct hits *h, enum field f, size_t at, size_t len, uint8_t level);
void hits_text(struct hits *h, enum field f, size_t at, size_t len, uint8_t level, slice text);
void hits_number(struct hits *h, enum field f, size_t at, size_t len, uint8_t level,
                 uint64_t number);
slice hit_text(const struct hits *h, const struct hit *hit);
/* As people write it: 250, MX, "RCPT", 192.0.2.1. */
void hit_value(const struct hits *h, const struct hit *hit, struct buf *out);

#endif
