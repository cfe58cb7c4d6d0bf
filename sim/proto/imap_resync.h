/* imap_resync.h - what CONDSTORE and QRESYNC (RFC 7162) add to several commands of the server. */
#ifndef MAILFLOW_PROTO_IMAP_RESYNC_H
#define MAILFLOW_PROTO_IMAP_RESYNC_H

#include "sim/proto/imap_server.h"

#define IMAP_MODSEQ_MAX ((UINT64_C(1) << 63) - 1)

/* A CONDSTORE enabling command came (RFC 7162 3.1): the first one tells HIGHESTMODSEQ. */
void imap_now_aware(struct imap_server *s, struct outq *out);
/* "CHANGEDSINCE 5": a blank and a mod-sequence.  RFC 7162 7: 63 bits. */
bool imap_modseq_arg(struct imap_lex *l, uint64_t least, uint64_t *n_r);
/* Those of `runs` that are in the resolved set (NULL: all), as a set in the command's arena; the
 * memory of runs is given back. */
struct imap_set imap_runs_in(struct imap_server *s, struct uid_runs *runs,
                             const struct imap_set *set);
/* "* VANISHED (EARLIER) 3:5", where there are any. */
void imap_say_earlier(const struct imap_set *set, struct outq *out);
/* What the end of a command has to say about mod-sequences, where it has. */
void imap_highest_due(struct imap_server *s, bool tagged_ok, struct outq *out);

#endif
