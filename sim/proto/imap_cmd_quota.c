/* imap_cmd_quota.c - GETQUOTA GETQUOTAROOT SETQUOTA (RFC 9208): one root, "", for all mailboxes of
 * the account, where it has a limit at all; the host has told it.
 * Not done: limits of the number of messages or mailboxes; setting any. */
#include "sim/proto/imap_names.h"
#include "sim/proto/imap_write.h"

#define UNIT 1024 /* of STORAGE, RFC 9208 5.1 */

bool imap_over_quota(struct imap_server *s, uint64_t octets)
{
    const struct account *a = s->account;
    if (a->quota == 0) {
        return false;
    }
    uint64_t now = account_octets(a);
    if (now <= a->quota && octets <= a->quota - now) {
        return false;
    }
    s->code = SLICE("OVERQUOTA");
    s->words = SLICE("There is no room for that");
    return true;
}

static void say_quota(const struct account *a, struct outq *out)
{
    outq_textz(out, "* QUOTA \"\" (STORAGE ");
    outq_u64(out, (account_octets(a) + UNIT - 1) / UNIT);
    outq_textz(out, " ");
    outq_u64(out, a->quota / UNIT);
    outq_textz(out, ")\r\n");
}

static enum imap_result getquota(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice root;
    if (!lex_sp(l) || !lex_astring(l, &root) || !lex_end(l)) {
        return IMAP_BAD;
    }
    if (root.len > 0 || s->account->quota == 0) {
        return imap_refuse(s, SLICE("NONEXISTENT"), SLICE("No such quota root"));
    }
    say_quota(s->account, io.out);
    return IMAP_OK;
}

static enum imap_result getquotaroot(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    slice name;
    if (!imap_one_mailbox(s, l, &name)) {
        return IMAP_BAD;
    }
    const struct mailbox *box = account_box(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    outq_textz(io.out, "* QUOTAROOT ");
    imap_write_mailbox(s, box->name, io.out);
    outq_textz(io.out, s->account->quota > 0 ? " \"\"\r\n" : "\r\n");
    if (s->account->quota > 0) {
        say_quota(s->account, io.out);
    }
    return IMAP_OK;
}

/* Of RFC 2087; RFC 9208 3.2 has it only where QUOTASET is listed. */
static enum imap_result setquota(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    slice text;
    if (!lex_sp(l) || !lex_astring(l, &text) || !lex_sp(l) || !lex_skip_value(l, &text) ||
        !lex_end(l)) {
        return IMAP_BAD;
    }
    return imap_refuse(s, SLICE("NOPERM"), SLICE("The host says how much there is"));
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("GETQUOTA"), .legal = IMAP_IN, .needs = IMAP_QUOTA, .begin = getquota },
    { .name = SLICE_INIT("GETQUOTAROOT"),
      .legal = IMAP_IN,
      .needs = IMAP_QUOTA,
      .begin = getquotaroot },
    { .name = SLICE_INIT("SETQUOTA"), .legal = IMAP_IN, .needs = IMAP_QUOTA, .begin = setquota },
};
const struct imap_family imap_family_quota = { commands, COUNT(commands) };
