/* kinds.h - THE list of what can happen.
 * X(NAME, "name", level, a-type, "a", b-type, "b", c-type, "c", "doc")
 *   level  the least --trace-level that keeps it: HOPS < LINES < BYTES
 *   types  NONE; NUM a number; NAME an interned name; HOST an actor's number; BYTES an octet count;
 *          DATA a payload number (trace_payload_*); IP an IPv4 address, host order, or the handle
 *          of an IPv6 address (sim/base/ip6.h), whose octets its ADDRESS tells;
 *          PORTS source << 16 | destination; FLAG 0 or 1; and the enums of trace.h:
 *          WHY enum trace_why, FATE enum trace_fate, DNSTYPE a DNS RR type, RCODE a DNS RCODE.
 * "letter" is always the interned Message-ID without its angle brackets: the one identity that a
 * message keeps from hop to hop (RFC 5322 3.6.4).
 * `actor` is who does it, `flow` the connection or DNS exchange it belongs to (0: none), `until`
 * the time it lasts to (arrival, next retry); `cause` the record that made it happen.
 * Adding a row: append to its group; docs/trace.md is checked against this list by the tests. */
#ifndef MAILFLOW_TRACE_KINDS_H
#define MAILFLOW_TRACE_KINDS_H

#define TRACE_KINDS(X)                                                                             \
    /* the stage, told once before time starts */                                                  \
    X(WORLD, "world", HOPS, NAME, "title", NUM, "seed", DATA, "about",                             \
      "a run begins; until: the calendar time of its start in Unix seconds")                       \
    X(HOST, "host", HOPS, NAME, "name", NAME, "kind", NUM, "roles", "a host exists")               \
    X(ADDRESS, "address", HOPS, IP, "ip", NONE, "", DATA, "octets",                                \
      "an address of the host `actor`; octets: of an IPv6 address")                                \
    X(PERSON, "person", HOPS, NAME, "address", NUM, "role", NONE, "",                              \
      "the host `actor` is a device of (role 1) or keeps a mailbox for (role 2) this person")      \
    X(LINK, "link", HOPS, HOST, "to", NUM, "link", NAME, "name",                                   \
      "a link joins `actor` and `to` (0: the internet); until: its latency")                       \
    /* the script and what is said about it */                                                     \
    X(SCRIPT, "script", HOPS, NAME, "verb", NUM, "step", DATA, "text", "a step of the script")     \
    X(LESSON, "lesson", HOPS, NAME, "part", NONE, "", DATA, "text",                                \
      "what the lesson says of itself, told once before time starts, a record for each item: "     \
      "part aim, watch, seen or next, or what-if: its name, a newline, what it asks")              \
    X(QUESTION, "question", HOPS, NUM, "entry", NONE, "", DATA, "text",                            \
      "the class is asked what comes, before the record that is the cause; STORY follows and "     \
      "says "                                                                                      \
      "more.  The question; for each answer a newline, + (right) or -, a blank, the answer, a "    \
      "tab "                                                                                       \
      "and the reason")                                                                            \
    X(STORY, "story", HOPS, NUM, "entry", NAME, "rfc", DATA, "text", "the lesson says something")  \
    X(FAULT, "fault", HOPS, NAME, "what", NUM, "link", DATA, "text",                               \
      "fate touches a host or link; until: the end of it, 0: for good")                            \
    X(EXPECT, "expect", HOPS, NUM, "entry", FLAG, "ok", DATA, "text",                              \
      "an expectation was looked at: its sentence, a newline, what was seen")                      \
    X(END, "end", HOPS, NONE, "", NONE, "", NONE, "", "nothing is left to happen, or time is up")  \
    /* connections */                                                                              \
    X(OPEN, "open", HOPS, HOST, "to", PORTS, "ports", NAME, "service",                             \
      "a stream is asked for (SYN); to 0: no such address; until: arrival")                        \
    X(ENDS, "ends", HOPS, IP, "from", IP, "to", NONE, "",                                          \
      "what follows on the flow goes from this address of `actor` to that one; told where a host " \
      "has several, and not its first is used")                                                    \
    X(OPENED, "opened", HOPS, HOST, "to", PORTS, "ports", NONE, "",                                \
      "the stream stands: `actor` (the client) has the answer (SYN ACK)")                          \
    X(FIN, "fin", LINES, HOST, "to", NONE, "", NONE, "",                                           \
      "`actor` will send no more; until: arrival")                                                 \
    X(CLOSED, "closed", HOPS, WHY, "why", NONE, "", NONE, "",                                      \
      "the stream is over for `actor`; until: arrival of the RST that it sends, 0: it sends none") \
    X(SESSION, "session", HOPS, NAME, "protocol", FLAG, "server", NONE, "",                        \
      "`actor` begins a dialogue on the flow, as client or server")                                \
    X(STATE, "state", LINES, NAME, "state", NONE, "", NONE, "", "the dialogue's state changes")    \
    X(SAID, "said", LINES, BYTES, "size", NONE, "", DATA, "text",                                  \
      "`actor` says this in its dialogue: the plain text, whatever carries it")                    \
    /* encryption */                                                                               \
    X(UPGRADE, "upgrade", HOPS, FLAG, "server", NAME, "name", NONE, "",                            \
      "`actor` begins TLS on the flow: the flow's flights are ciphertext from the first such "     \
      "record on; name: the server name that the client asks for (SNI)")                           \
    X(SECURED, "secured", HOPS, NAME, "version", NAME, "cipher", DATA, "peer",                     \
      "the handshake is over for `actor`: the peer's name where a certificate told it, a "         \
      "newline, and what is wrong with that certificate, empty where nothing is")                  \
    X(UNSECURED, "unsecured", HOPS, NAME, "why", NONE, "", NONE, "",                               \
      "TLS failed for `actor`; why: its own words, or the alert that it heard")                    \
    X(DROPPED, "dropped", HOPS, BYTES, "size", DATA, "bytes", NONE, "",                            \
      "`actor` throws away plaintext that came ahead of TLS and would have passed for protected")  \
    X(SECRET, "secret", BYTES, DATA, "line", NONE, "", NONE, "",                                   \
      "a TLS secret of the flow, as a line of an NSS key log")                                     \
    /* bytes between hosts */                                                                      \
    X(FLIGHT, "flight", LINES, HOST, "to", BYTES, "size", DATA, "bytes",                           \
      "stream bytes are under way to `to` until `until`; bytes from level BYTES on.  On a path "   \
      "with loss or a rate `until` is the earliest: SEGMENT and LOST tell the rest")               \
    X(SEGMENT, "segment", BYTES, HOST, "to", BYTES, "size", NUM, "sequence",                       \
      "one TCP segment of a flight on a path with loss or a rate, or a flight that is sent "       \
      "again; sequence: offset of its first byte in its direction, modulo 2^32; until: arrival")   \
    X(ACK, "ack", BYTES, HOST, "to", NUM, "sequence", NONE, "",                                    \
      "an acknowledgement on a path with loss or a rate; sequence: offset of the next byte that "  \
      "`actor` wants, modulo 2^32; until: arrival")                                                \
    X(LOST, "lost", LINES, HOST, "to", BYTES, "size", FLAG, "datagram",                            \
      "a segment (size 0: SYN, FIN, RST or an acknowledgement) or a datagram is lost, on a "       \
      "link or at a host that is down; until: when it would have arrived")                         \
    X(TAMPER, "tamper", LINES, HOST, "to", NUM, "link", DATA, "bytes",                             \
      "an attacker on the link changes the flight that is the cause: the octets as they go on")    \
    X(DATAGRAM, "datagram", LINES, HOST, "to", PORTS, "ports", DATA, "bytes",                      \
      "a datagram is under way to `to`; until: arrival")                                           \
    /* names */                                                                                    \
    X(ASK, "ask", HOPS, NAME, "name", DNSTYPE, "type", HOST, "server",                             \
      "`actor` asks a DNS question of `server`; flow: the exchange")                               \
    X(ANSWER, "answer", HOPS, NAME, "name", DNSTYPE, "type", DATA, "text",                         \
      "`actor` knows the answer now (from the cache where no ask went before)")                    \
    X(CACHED, "cached", HOPS, NAME, "name", DNSTYPE, "type", DATA, "text",                         \
      "`actor` keeps this until `until`, instead of what it kept of that name and type (ANY: of "  \
      "every type); an empty text: it has forgotten that, and without a name all that it knew")    \
    X(ZONE, "zone", HOPS, NAME, "zone", NUM, "serial", DATA, "text",                               \
      "a zone is another one from now on, at the server `actor` (0: at all that serve it): a "     \
      "line for each record, + for what came and - for what went")                                 \
    /* letters */                                                                                  \
    X(COMPOSE, "compose", HOPS, NAME, "letter", BYTES, "size", DATA, "text",                       \
      "`actor` writes a letter, or is the first to hand one in of which nobody is known to have "  \
      "written it: From (or its reverse-path), To (or its recipients), Subject, a line each")      \
    X(KEPT, "kept", HOPS, NAME, "letter", BYTES, "size", DATA, "text",                             \
      "`actor` has a letter from before the run began, which nobody writes in it: From, To, "      \
      "Subject, a line each; STORED says where")                                                   \
    X(LOGIN, "login", HOPS, NAME, "user", FLAG, "ok", NAME, "mechanism",                           \
      "`actor` (the server) checked who is there")                                                 \
    X(ENVELOPE, "envelope", HOPS, NAME, "letter", NAME, "reverse-path", DATA, "recipients",        \
      "`actor` (the server) took an envelope, or wrote one itself, for an expanded copy or what "  \
      "an API was asked for, or (a device) had somebody on it refused for good: recipients, a "    \
      "line each")                                                                                 \
    X(REFUSE, "refuse", HOPS, NUM, "code", NAME, "recipient", DATA, "reply",                       \
      "`actor` (the server) refused an envelope, a recipient or a letter")                         \
    X(ACCEPT, "accept", HOPS, NAME, "letter", NUM, "entry", NUM, "recipients",                     \
      "`actor` took responsibility: a copy stands in its queue")                                   \
    X(ATTEMPT, "attempt", HOPS, NAME, "letter", NUM, "entry", NAME, "destination",                 \
      "the queue of `actor` tries this destination")                                               \
    X(DEFER, "defer", HOPS, NAME, "letter", NUM, "entry", DATA, "text",                            \
      "not now: recipient, newline, reason; until: the next try")                                  \
    X(OUTCOME, "outcome", HOPS, NAME, "letter", FATE, "fate", DATA, "text",                        \
      "the one end of this copy for one recipient: recipient, newline, host or reason")            \
    X(HELD, "held", HOPS, NAME, "letter", NUM, "entry", NAME, "destination",                       \
      "the letter stands in line for this destination; until: its turn by the rate, 0: when a "    \
      "connection is free")                                                                        \
    X(REPORT, "report", HOPS, NAME, "letter", NAME, "action", NAME, "about",                       \
      "`actor` wrote a delivery status notification, itself a letter, about this one")             \
    X(STORED, "stored", HOPS, NAME, "letter", NUM, "uid", NAME, "mailbox",                         \
      "a server put the letter into a mailbox (\"bob/INBOX\")")                                    \
    X(FETCHED, "fetched", HOPS, NAME, "letter", NUM, "uid", NAME, "folder",                        \
      "a device has the whole letter now (\"bob@example.net/INBOX\")")                             \
    X(FLAGGED, "flagged", HOPS, NAME, "letter", NUM, "flags", NAME, "mailbox",                     \
      "the flags of a letter are now these (bits of mailbox.h)")                                   \
    X(REMOVED, "removed", HOPS, NAME, "letter", NUM, "uid", NAME, "mailbox",                       \
      "a letter left a mailbox or a device's folder")                                              \
    X(FOLDER, "folder", HOPS, NAME, "folder", NUM, "uidvalidity", NAME, "was",                     \
      "a mailbox of a server or a folder of a device is there; was: its name before; "             \
      "uidvalidity 0: it is gone")                                                                 \
    X(KEYWORD, "keyword", HOPS, NAME, "folder", NUM, "bit", NAME, "keyword",                       \
      "this bit of the flags of a letter in this folder means this keyword")                       \
    X(LISTED, "listed", HOPS, NAME, "letter", NUM, "uid", NAME, "folder",                          \
      "a device shows the letter in a list, and does not have its text")                           \
    X(FORGOT, "forgot", HOPS, NAME, "letter", NUM, "uid", NAME, "folder",                          \
      "a device threw its copy of the text away; the list still shows the letter")                 \
    X(DEVICE, "device", HOPS, NAME, "what", NONE, "", NONE, "",                                    \
      "lost: the device is gone with all that it had; new: it is there, and knows nothing")        \
    X(SYNC, "sync", HOPS, NAME, "folder", NAME, "how", NUM, "letters",                             \
      "a device agrees with the server on a folder; how: the way it took; letters: how many it "   \
      "was told of")                                                                               \
    X(PENDING, "pending", HOPS, NAME, "letter", NUM, "waiting", DATA, "text",                      \
      "a device will tell its server later; waiting: how many such things it has now")             \
    X(SETTLED, "settled", HOPS, NAME, "letter", NUM, "waiting", DATA, "text",                      \
      "such a thing is over: what was to be done, a newline, and why it was not, empty: it was")   \
    X(NOTE, "note", HOPS, NAME, "topic", NONE, "", DATA, "text",                                   \
      "`actor` has something to explain: a decision, with the RFC section")

#endif
