/* imap_part.h - parts of a letter with their transfer encoding undone: BINARY (RFC 3516, RFC 9051
 * 6.4.5), and the beginning of its text: PREVIEW (RFC 8970). */
#ifndef MAILFLOW_PROTO_IMAP_PART_H
#define MAILFLOW_PROTO_IMAP_PART_H

#include "sim/proto/imap_section.h"

enum imap_part { PART_THERE, PART_NONE, PART_UNKNOWN /* its encoding cannot be undone */ };
/* The octets of a section that is part numbers only, before <partial>; appended. */
enum imap_part imap_part_octets(const struct imap_section *s, const struct message *m,
                                struct buf *out);
/* As a literal8, for it may have NULs; NIL where there is no such part. */
void imap_binary_write(const struct imap_section *s, const struct message *m, struct outq *out);
/* At most PREVIEW_MAX characters of the first text, blanks run together; appended. */
#define PREVIEW_MAX 200
void imap_preview(const struct message *m, struct buf *out);

#endif
