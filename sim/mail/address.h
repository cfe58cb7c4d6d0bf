/* address.h - mailboxes and paths.
 * A path is what SMTP carries between < and > (RFC 5321 4.1.2); an address is local-part@domain.
 * The local part is opaque and case-sensitive by the standard (RFC 5321 2.4), the domain is not.
 * Source routes are parsed and ignored, as RFC 5321 appendix C asks.
 * Both parts may have UTF-8 in them (RFC 6531 3.3); whether that may be here is for who reads it
 * (address_is_ascii).
 * Whether a label beyond ASCII is one of IDNA (RFC 5890) shows when it is looked up (idna.h); the
 * limit of 63 octets is that of its UTF-8 here.
 * Not done: obsolete blanks and comments around "@" and "." in header fields (RFC 5322 4.4). */
#ifndef MAILFLOW_MAIL_ADDRESS_H
#define MAILFLOW_MAIL_ADDRESS_H

#include "sim/base/buf.h"

#define ADDRESS_LOCAL_MAX  64  /* RFC 5321 4.5.3.1.1 */
#define ADDRESS_DOMAIN_MAX 255 /* 4.5.3.1.2 */
#define ADDRESS_PATH_MAX   256 /* 4.5.3.1.3, with the angle brackets */

struct address {
    slice whole;  /* local@domain as written, without brackets; empty: the null reverse-path <> */
    slice local;  /* as written: quotes kept */
    slice domain; /* or an address literal with its brackets; empty for <> and <Postmaster> */
};

/* Parses "<...>" at the front of *rest and takes it off (what follows, say " SIZE=100", stays).
 * null_ok: "<>" is allowed (MAIL); postmaster_ok: "<Postmaster>" is allowed (RCPT, RFC 5321
 * 4.1.1.3). false: *rest is as before. */
bool address_path(slice *rest, bool null_ok, bool postmaster_ok, struct address *a_r);
bool address_parse(slice s, struct address *a_r); /* "alice@example.org", all of s */
/* The domain without case, the local part by what its quotes mean: "a"@x is a@x. */
bool address_same(const struct address *a, const struct address *b);
/* Without case too, as systems read their own local parts (RFC 5321 2.4 leaves it to them). */
bool address_local_folds(slice a, slice b);
/* "bob" as bob, borrowed; as it is where it has no quotes, or backslashes between them. */
slice address_local_plain(slice local);
/* The next byte a local part stands for, its quotes and backslashes undone; -1 at the end. */
int address_local_byte(slice *local);
bool address_is_ascii(slice s);
/* Without case, and in either form where they are not of ASCII: U-labels or A-labels (RFC 5890
 * 2.3.2.4). */
bool domain_same(slice a, slice b);
/* In A-labels, where it is a name of IDNA: for what should be ASCII (RFC 6532 3.3: Message-IDs). */
void domain_add_plain(struct buf *out, slice domain);
bool address_is_atom(slice s);            /* RFC 5322 3.2.3 */
bool domain_valid(slice domain);          /* RFC 5321 4.1.2 Domain; letters digits hyphens dots */
bool address_literal_valid(slice domain); /* "[192.0.2.1]", "[IPv6:2001:db8::1]", "[tag:...]" */
/* The first addr-spec of a header field body such as `"Alice L." <alice@example.org>` (RFC 5322
 * 3.4). */
bool address_from_header(slice body, struct address *a_r);
/* The next one of a list; takes it off *body.  Groups are entered, what is no address is
 * skipped. */
bool address_list_next(slice *body, struct address *a_r);

#endif
