/* names.h - which names and addresses a scenario may use, and what was probably meant.
 * A lesson must not show, nor a gateway ever reach, what belongs to somebody: only names reserved
 * for it (RFC 2606, RFC 6761) and address ranges for documentation (RFC 5737, RFC 3849, RFC 9637),
 * for measuring (RFC 2544, RFC 5180) and for private networks (RFC 1918, RFC 4193). */
#ifndef MAILFLOW_WORLD_NAMES_H
#define MAILFLOW_WORLD_NAMES_H

#include "sim/base/idna.h"
#include "sim/base/nearest.h"

struct err;

/* The A-labels of a domain outside of ASCII, which stand in keep; else itself. */
slice names_plain(slice domain, struct idna *keep);
bool names_domain_reserved(slice domain);
bool names_ip_reserved(uint32_t ip);
bool names_ip6_reserved(const uint8_t octets[16]);
/* Each is true, or says in one sentence why not. */
bool names_check_domain(slice domain, struct err *why);
bool names_check_address(slice address, struct err *why);
bool names_check_host(slice name, struct err *why); /* one label, or a domain */
/* Of a file: below a folder, wherever that is. */
bool names_check_path(slice path, struct err *why);
bool names_check_folder(slice name, struct err *why); /* of letters: "INBOX", "Travel/2026" */
bool names_check_ip(slice text, uint32_t *ip_r, struct err *why);
bool names_check_ip6(slice text, uint8_t octets_r[16], struct err *why);

/* At most 60 octets of what a person wrote, cut between two characters, for a message. */
slice names_clip(slice s);

#endif
