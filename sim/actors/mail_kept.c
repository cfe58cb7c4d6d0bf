/* mail_kept.c - letters that are in mailboxes before time begins, as if they had come long ago.
 * Never sends anything: nobody has to be there who could have. */
#include "sim/actors/mail_host.h"
#include "sim/actors/written.h"
#include "sim/mail/date.h"
#include "sim/mail/header.h"

#include <assert.h>
#include <stddef.h>

#define KEPT(member) offsetof(struct mail_kept, member)
#define AGE_MAX      ((int64_t)(3650 * SIM_DAY))
#define MESSAGES_MAX 100000

static const struct key kept_keys[] = {
    { MAIL_KEY_FOR, KEY_ADDRESS, KEPT(whose), NULL, 0, 0, NULL,
      "the account of this host that has it" },
    { "folder", KEY_FOLDER, KEPT(folder), "INBOX", 0, 0, NULL,
      "the mailbox in which it lies; it is made where there is none" },
    { "from", KEY_ADDRESS, KEPT(from), NULL, 0, 0, NULL, "who wrote it" },
    { "name", KEY_TEXT, KEPT(name), "", 0, 0, NULL, "the writer's name in the From field" },
    { "to", KEY_ADDRESSES, KEPT(to), "", 0, 0, NULL,
      "recipients, shown in the To field; without them the account itself" },
    { "cc", KEY_ADDRESSES, KEPT(cc), "", 0, 0, NULL, "recipients, shown in the Cc field" },
    LETTER_WORD_ROWS(struct mail_kept, words),
    { "age", KEY_DURATION, KEPT(age), "1d", 1, AGE_MAX, NULL,
      "how long before the start it was written and came" },
    { "messages", KEY_INT, KEPT(messages), "1", 1, MESSAGES_MAX, NULL,
      "so many of them; each has its number behind the subject, and 1 is the oldest" },
    { "apart", KEY_DURATION, KEPT(apart), "1h", 0, AGE_MAX, NULL,
      "how much older each is than the next one" },
    { "flags", KEY_CHOICES, KEPT(flags), "", 0, 0, "seen answered flagged deleted draft",
      "what was done with it (RFC 9051 2.3.2)" },
    KEY_ROW_END,
};
const struct key_shape mail_kept_shape = { kept_keys, sizeof(struct mail_kept), NULL };

_Static_assert(FLAG_SEEN == 1 && FLAG_ANSWERED == 2 && FLAG_FLAGGED == 4 && FLAG_DELETED == 8 &&
                   FLAG_DRAFT == 16,
               "the words of \"flags\", bit by bit");

/* "1.kept@mail.example.org": the host that has it, for who wrote it may be nobody here. */
static slice fresh_id(struct mail_host *m, struct buf *out)
{
    buf_clear(out);
    fmt_u64(out, ++mail_stage(m)->next_message);
    buf_addz(out, ".kept@");
    buf_add(out, m->base.name);
    return buf_slice(out);
}

static struct message *write_letter(struct mail_host *m, const struct mail_kept *k, slice id,
                                    int64_t written)
{
    struct compose c = { .from = k->from,
                         .from_name = k->name,
                         .message_id = id,
                         .to = k->to.count > 0 ? k->to.items : &k->whose,
                         .to_count = k->to.count > 0 ? k->to.count : 1,
                         .cc = k->cc.items,
                         .cc_count = k->cc.count,
                         .now = written };
    return letter_write(&c, &k->words, &m->base.rng);
}

/* What the last hop put in front.  Without a "from" clause, as hosts write it that say nothing of
 * where a letter came from. */
static struct message *stamped(struct mail_host *m, const struct mail_kept *k, struct message *take,
                               int64_t came)
{
    buf_clear(&m->text);
    buf_addz(&m->text, "Return-Path: <");
    buf_add(&m->text, k->from);
    buf_addz(&m->text, ">\r\nReceived: by ");
    buf_add(&m->text, m->base.name);
    buf_addz(&m->text, " id ");
    fmt_u64_padded(&m->text, ++mail_stage(m)->next_entry, 6, '0');
    buf_addz(&m->text, "\r\n\tfor <");
    buf_add(&m->text, k->whose);
    buf_addz(&m->text, ">;\r\n\t");
    date_rfc5322(&m->text, came);
    buf_addz(&m->text, "\r\n");
    struct message *whole = message_with_front(take, buf_slice(&m->text));
    message_unref(&take);
    return whole;
}

/* Nobody delivered it: he wrote it himself and put it there. */
static bool is_own(const struct mail_kept *k)
{
    return (k->flags & FLAG_DRAFT) != 0 || slice_eq_nocase(k->from, k->whose);
}

static struct account *account_of(const struct mail_host *m, slice address)
{
    struct account *found = NULL;
    for (size_t i = 0; i < m->directory.count && !found; i++) {
        struct account *a = m->directory.accounts[i];
        size_t at = a->user.len;
        if (address.len == at + 1 + a->domain.len &&
            slice_eq_nocase(slice_sub(address, 0, at), a->user) &&
            slice_eq_nocase(slice_from(address, at + 1), a->domain)) {
            found = a;
        }
    }
    assert(found); /* the loader has looked */
    return found;
}

static struct mailbox *box_for(struct mail_host *m, struct account *a, slice name)
{
    struct mailbox *box = account_box(a, name);
    if (!box) {
        box = account_box_add(a, name);
        account_subscribe(a, name);
        folder_made(m, 0, a, box);
    }
    return box;
}

/* Nobody writes it in this run, and yet it is to be known by its subject. */
static void tell(struct mail_host *m, const struct mail_kept *k, uint32_t name,
                 const struct message *letter)
{
    struct buf said = { 0 };
    slice header = message_header(letter, &m->text);
    struct header_field f;
    buf_add(&said, k->from);
    buf_byte(&said, '\n');
    for (size_t i = 0; i < k->to.count; i++) {
        buf_addz(&said, i > 0 ? ", " : "");
        buf_add(&said, k->to.items[i]);
    }
    buf_add(&said, k->to.count > 0 ? (slice){ 0 } : k->whose);
    buf_byte(&said, '\n');
    if (k->words.eml.path.len == 0) {
        buf_add(&said, k->words.subject);
    } else if (header_find(header, SLICE("Subject"), &f)) {
        header_unfold(f.body, &said);
    }
    (void)trace_put_text(
        mail_stage(m)->trace,
        (struct trace_rec){
            .actor = m->base.id, .kind = TRACE_KEPT, .a = name, .b = (uint32_t)letter->size },
        buf_slice(&said));
    buf_deinit(&said);
}

static void keep_one(struct mail_host *m, const struct mail_kept *k, struct account *a,
                     struct mailbox *box)
{
    struct stage *s = mail_stage(m);
    int64_t came = s->unix_start - (int64_t)(k->age / SIM_SECOND);
    came = came < 0 ? 0 : came;
    struct buf fresh = { 0 };
    slice given = fresh_id(m, &fresh);
    struct message *letter = write_letter(m, k, given, came);
    slice id = header_message_id(message_header(letter, &m->text));
    uint32_t name = trace_name(s->trace, id.len > 0 ? id : given);
    buf_deinit(&fresh);
    tell(m, k, name, letter);
    if (!is_own(k)) {
        letter = stamped(m, k, letter, came);
    }
    store_put(m, a, box,
              (struct mail_item){
                  .flags = k->flags, .internal_date = came, .letter = name, .message = letter });
}

/* One after the other, the oldest first: as their UIDs would have grown. */
static void keep_many(struct mail_host *m, const struct mail_kept *k)
{
    struct account *a = account_of(m, k->whose);
    struct mailbox *box = box_for(m, a, k->folder);
    struct buf subject = { 0 };
    for (int64_t n = 1; n <= k->messages; n++) {
        struct mail_kept one = *k;
        one.age += k->apart * (sim_time)(k->messages - n);
        if (k->messages > 1) {
            buf_clear(&subject);
            buf_add(&subject, k->words.subject);
            buf_addz(&subject, k->words.subject.len > 0 ? " " : "");
            fmt_i64(&subject, n);
            one.words.subject = buf_slice(&subject);
        }
        keep_one(m, &one, a, box);
    }
    buf_deinit(&subject);
}

void mail_keep(struct mail_host *m)
{
    const struct mail_kept *kept = m->config->mail.items;
    for (size_t i = 0; i < m->config->mail.count; i++) {
        keep_many(m, &kept[i]);
    }
}
