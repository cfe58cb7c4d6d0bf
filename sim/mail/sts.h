/* sts.h - MTA-STS (RFC 8461): how a domain says that its mail servers do TLS.
 *
 * Two texts belong together: a TXT record at _mta-sts.DOMAIN, whose id tells that there is a policy
 * and which (3.1), and the policy itself, which https://mta-sts.DOMAIN/.well-known/mta-sts.txt
 * gives (3.2).  Here they are read, written and compared; who asks and when is the sender's. */
#ifndef MAILFLOW_MAIL_STS_H
#define MAILFLOW_MAIL_STS_H

#include "sim/base/buf.h"

#define STS_POLICY_PATH "/.well-known/mta-sts.txt" /* 3.3 */

#define STS_ID_MAX      32
#define STS_MX_MAX      32       /* patterns of one policy; what is more is left out */
#define STS_POLICY_MAX  65536    /* RFC 8461 3.3 suggests this limit */
#define STS_MAX_AGE_MAX 31557600 /* s; about a year (3.2) */

enum sts_mode { STS_NONE, STS_TESTING, STS_ENFORCE, STS_MODE_COUNT };
const char *sts_mode_name(enum sts_mode mode); /* "enforce" */

struct sts_policy {
    enum sts_mode mode;
    uint32_t max_age; /* s */
    size_t mx_count;
    slice mx[STS_MX_MAX]; /* "mx.example.net" or "*.example.net"; borrowed from the text */
};

/* One TXT record.  false: it is no such record, or one with a mistake. */
bool sts_record_parse(slice txt, slice *id_r);
/* All TXT records of the name: what does not begin with "v=STSv1;" is not looked at, and exactly
 * one must be left (3.1).  id_r is borrowed from it.  false: no policy is announced. */
bool sts_record_choose(const slice *txts, size_t count, slice *id_r);
void sts_record_write(struct buf *out, slice id);

/* false: not a policy; why_r: a sentence that lives for ever. */
bool sts_policy_parse(slice text, struct sts_policy *policy_r, const char **why_r);
void sts_policy_write(struct buf *out, const struct sts_policy *policy);
/* May this host, a name without a final dot, take the domain's mail?  A "*" stands for the one
 * leftmost label (4.1). */
bool sts_policy_allows(const struct sts_policy *policy, slice host);

#endif
