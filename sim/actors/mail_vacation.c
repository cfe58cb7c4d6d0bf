/* mail_vacation.c - "I am away": what a Personal Responder may say, to whom and how often
 * (RFC 3834).  It answers to the reverse-path and never to From or Reply-To (section 4).
 * Never keeps a letter from its mailbox. */
#include "sim/actors/mail_policy.h"

#include "sim/base/book.h"
#include "sim/base/mem.h"
#include "sim/mail/header.h"

#include <stddef.h>

#define ABSENCE(member) offsetof(struct mail_absence, member)

static const struct key absence_keys[] = {
    { "text", KEY_TEXT, ABSENCE(text), NULL, 0, 0, NULL, "what is answered" },
    { "subject", KEY_TEXT, ABSENCE(subject), "", 0, 0, NULL,
      "without it \"Auto: \" and the subject of the letter (RFC 3834 3.1.5)" },
    { "days", KEY_INT, ABSENCE(days), "7", 1, 365, NULL,
      "each correspondent is told once in so many days" },
    { "addresses", KEY_ADDRESSES, ABSENCE(addresses), "", 0, 0, NULL,
      "other addresses of the user; a letter must name one of them or her own in To or Cc" },
    { "from", KEY_ADDRESS, ABSENCE(from), "", 0, 0, NULL,
      "in the From field, instead of the address of the account (RFC 3834 3.1.1)" },
    { "name", KEY_TEXT, ABSENCE(name), "", 0, 0, NULL, "her name there" },
    KEY_ROW_END,
};
static const struct key absence_name = { "USER", KEY_TEXT, ABSENCE(user), NULL,
                                         0,      0,        NULL,          "the user who is away" };
const struct key_shape mail_absence_shape = { absence_keys, sizeof(struct mail_absence),
                                              &absence_name };

struct vacation {
    struct book told; /* "alice@example.org bob@example.net": until when he is not told again */
};

void vacation_start(struct mail_host *m)
{
    if (m->config->vacation.count > 0) {
        m->rules->vacation = mem_alloc(sizeof *m->rules->vacation);
        book_init(&m->rules->vacation->told, sizeof(sim_time));
    }
}

void vacation_deinit(struct mail_host *m)
{
    struct vacation *v = m->rules->vacation;
    if (v) {
        book_deinit(&v->told);
        mem_free(v);
    }
}

static const struct mail_absence *absence_of(const struct mail_host *m, const struct account *a)
{
    const struct mail_absence *all = m->config->vacation.items;
    for (size_t i = 0; i < m->config->vacation.count; i++) {
        if (slice_eq_nocase(all[i].user, a->user)) {
            return &all[i];
        }
    }
    return NULL;
}

static bool is_own(const struct account *a, const struct mail_absence *away,
                   const struct address *named)
{
    if (slice_eq_nocase(named->local, a->user) && domain_same(named->domain, a->domain)) {
        return true;
    }
    for (size_t i = 0; i < away->addresses.count; i++) {
        if (slice_eq_nocase(away->addresses.items[i], named->whole)) {
            return true;
        }
    }
    return false;
}

static bool is_named(struct mail_host *m, const struct entry *e, const struct account *a,
                     const struct mail_absence *away)
{
    static const slice fields[] = { SLICE_INIT("To"),        SLICE_INIT("Cc"),
                                    SLICE_INIT("Bcc"),       SLICE_INIT("Resent-To"),
                                    SLICE_INIT("Resent-Cc"), SLICE_INIT("Resent-Bcc") };
    slice rest = message_header(e->message, &mail_stage(m)->scratch);
    struct header_field f;
    while (header_next(&rest, &f)) {
        for (size_t i = 0; i < COUNT(fields); i++) {
            struct address named;
            slice body = f.body;
            while (slice_eq_nocase(f.name, fields[i]) && address_list_next(&body, &named)) {
                if (is_own(a, away, &named)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static bool is_past(const void *self, const void *record)
{
    const sim_time *now = self, *until = record;
    return *until <= *now;
}

/* true: not told for so many days, and told from now on. */
static bool is_due(struct mail_host *m, const struct entry *e, const struct account *a,
                   const struct mail_absence *away)
{
    struct book *told = &m->rules->vacation->told;
    sim_time now = mail_stage(m)->engine->now;
    buf_clear(&m->text);
    buf_add_lower(&m->text, a->user);
    buf_byte(&m->text, '@');
    buf_add_lower(&m->text, a->domain);
    buf_byte(&m->text, ' ');
    buf_add_lower(&m->text, entry_from(e));
    book_sweep(told, is_past, &now);
    sim_time *until = book_record(told, buf_slice(&m->text));
    if (!is_past(&now, until)) {
        return false;
    }
    *until = now + (sim_time)away->days * SIM_DAY;
    return true;
}

void vacation_heard(struct mail_host *m, const struct entry *e, const struct account *a)
{
    const struct mail_absence *away = absence_of(m, a);
    if (!away) {
        return;
    }
    const char *why = reply_unwanted(m, e);
    struct address from;
    if (!why && address_parse(entry_from(e), &from) && is_own(a, away, &from)) {
        why = "it is the user's own";
    } else if (!why && !is_named(m, e, a, away)) {
        why = "neither To nor Cc names the user (RFC 3834 section 2)";
    } else if (!why && !is_due(m, e, a, away)) {
        why = "the sender has been told not long ago (RFC 3834 section 2)";
    }
    if (why) {
        buf_clear(&m->text);
        buf_addz(&m->text, "No answer to this letter: ");
        buf_addz(&m->text, why);
        (void)actor_note(&m->base, SLICE("vacation"), buf_slice(&m->text));
        return;
    }
    struct buf own = { 0 };
    buf_add(&own, a->user);
    buf_byte(&own, '@');
    buf_add(&own, a->domain);
    reply_send(m, &(struct reply){ .letter = e->message,
                                   .from = away->from.len > 0 ? away->from : buf_slice(&own),
                                   .name = away->name,
                                   .to = entry_from(e),
                                   .subject = away->subject,
                                   .text = away->text });
    buf_deinit(&own);
}
