/* mail_submit.c - what a submission server asks of a letter and adds to it (RFC 6409), and a relay
 * never does (RFC 5321 3.6.3, 6.4).
 * A Bcc field is the business of who writes (RFC 5322 3.6.3): mail clients here write none.  One
 * that is there all the same is taken out, as the last chance to keep it from those who must not
 * see it.
 * Never knows where a letter goes. */
#include "sim/actors/mail_policy.h"

#include "sim/mail/address_list.h"
#include "sim/mail/date.h"
#include "sim/mail/header.h"
#include "sim/mail/strip.h"

static bool is_own(const struct account *a, const struct address *from)
{
    return address_local_folds(from->local, a->user) && domain_same(from->domain, a->domain);
}

bool submit_may_send_as(const struct account *a, const struct address *from)
{
    return from->whole.len == 0 || !a || is_own(a, from);
}

/* Every mailbox of the field is the user's, as a reader sees them: obsolete forms, of which no
 * address is made elsewhere, are somebody's too (RFC 5322 4.4). */
static bool all_own(const struct account *a, slice body)
{
    struct arena lent;
    bool own = true;
    arena_init(&lent);
    struct address_reader r = address_list_of(body, &lent);
    struct address_entry one;
    while (own && address_entry_next(&r, &one)) {
        own = one.kind != ENTRY_MAILBOX ||
              is_own(a, &(struct address){ .local = one.local, .domain = one.domain });
    }
    arena_deinit(&lent);
    return own;
}

bool submit_is_whole(slice domain)
{
    return slice_find_byte(domain, '.') != SLICE_NONE || slice_starts(domain, SLICE("["));
}

/* What stands behind an "@" that may be such a name, in a field or in all of them: a look that
 * costs little, and is too careful. */
static bool may_be_short(slice text)
{
    size_t at;
    while ((at = slice_find_byte(text, '@')) != SLICE_NONE) {
        text = slice_from(text, at + 1);
        size_t n = 0;
        while (n < text.len &&
               (ascii_is_alpha(text.ptr[n]) || ascii_is_digit(text.ptr[n]) || text.ptr[n] == '-')) {
            n++;
        }
        if (n == text.len || (text.ptr[n] != '.' && text.ptr[n] != '[')) {
            return true;
        }
        text = slice_from(text, n);
    }
    return false;
}

static bool all_whole(slice body)
{
    struct address a;
    while (may_be_short(body) && address_list_next(&body, &a)) {
        if (!submit_is_whole(a.domain)) {
            return false;
        }
    }
    return true;
}

enum address_field { FIELD_OTHER, FIELD_ADDRESSES, FIELD_WRITER };

/* RFC 5322 3.6.2, 3.6.3 and 3.6.6 */
static enum address_field kind_of(slice name)
{
    static const struct {
        slice name;
        enum address_field kind;
    } rows[] = {
        { SLICE_INIT("From"), FIELD_WRITER },
        { SLICE_INIT("Sender"), FIELD_WRITER },
        { SLICE_INIT("Reply-To"), FIELD_ADDRESSES },
        { SLICE_INIT("To"), FIELD_ADDRESSES },
        { SLICE_INIT("Cc"), FIELD_ADDRESSES },
        { SLICE_INIT("Resent-From"), FIELD_ADDRESSES },
        { SLICE_INIT("Resent-Sender"), FIELD_ADDRESSES },
        { SLICE_INIT("Resent-To"), FIELD_ADDRESSES },
        { SLICE_INIT("Resent-Cc"), FIELD_ADDRESSES },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq_nocase(name, rows[i].name)) {
            return rows[i].kind;
        }
    }
    return FIELD_OTHER;
}

/* By the quick reader, or by the one that knows obsolete forms too. */
static bool has_mailbox(slice body)
{
    struct arena lent;
    struct address a;
    struct address_entry one = { 0 };
    slice rest = body;
    if (address_list_next(&rest, &a)) {
        return true;
    }
    arena_init(&lent);
    struct address_reader r = address_list_of(body, &lent);
    bool found = false;
    while (!found && address_entry_next(&r, &one)) {
        found = one.kind == ENTRY_MAILBOX && one.domain.len > 0;
    }
    arena_deinit(&lent);
    return found;
}

struct verdict submit_letter(const struct mail_host *m, const struct caller *c,
                             const struct header_survey *has, slice header)
{
    struct header_field f;
    bool checks = m->config->check_from && c->account;
    bool looks = checks || may_be_short(header);
    if (!has_mailbox(has->from)) { /* RFC 5322 3.6: From must be there; RFC 6409 6.3 */
        return (struct verdict){ 554, SLICE("5.6.0 The letter has no From field with an address") };
    }
    while (looks && header_next(&header, &f)) {
        enum address_field kind = kind_of(f.name);
        if (kind != FIELD_OTHER && !all_whole(f.body)) { /* RFC 6409 4.2 */
            return (struct verdict){
                554, SLICE("5.6.0 An address in the header has a domain that is no whole name")
            };
        }
        if (kind == FIELD_WRITER && checks && !all_own(c->account, f.body)) {
            return (struct verdict){ 550, SLICE("5.7.1 From or Sender is not your address") };
        }
    }
    return WELCOME;
}

void submit_fields(const struct mail_host *m, const struct caller *c, const struct entry *e,
                   const struct header_survey *has, struct buf *out)
{
    if (!has->has_date) { /* RFC 6409 8.2 */
        buf_addz(out, "Date: ");
        date_rfc5322(out, actor_unix(&m->base));
        buf_addz(out, "\r\n");
    }
    if (!has->has_message_id) { /* 8.3 */
        buf_addz(out, "Message-ID: <");
        fmt_u64(out, e->number);
        buf_addz(out, ".added@");
        buf_add(out, m->base.name);
        buf_addz(out, ">\r\n");
    }
    if (m->config->add_sender && c->account && has->sender.len == 0 &&
        !all_own(c->account, has->from)) { /* 8.1 */
        buf_addz(out, "Sender: ");
        buf_add(out, c->account->user);
        buf_byte(out, '@');
        buf_add(out, c->account->domain);
        buf_addz(out, "\r\n");
    }
}

static bool is_hidden(const struct header_field *f)
{
    return slice_eq_nocase(f->name, SLICE("Bcc")) || slice_eq_nocase(f->name, SLICE("Resent-Bcc"));
}

struct message *submit_without_bcc(struct mail_host *m, struct message *letter)
{
    return message_without(letter, is_hidden, &mail_stage(m)->scratch);
}
