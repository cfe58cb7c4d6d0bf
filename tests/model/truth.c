/* truth.c - what is so: the messages that were, their flags and mod-sequences, counted by the
 * model's own rules.  Never asks the server. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <stdio.h>

const char *const model_flags[F_SYSTEM_COUNT] = { "\\Answered", "\\Deleted", "\\Draft", "\\Flagged",
                                                  "\\Seen" };

void buf_number(struct buf *b, uint64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    buf_addz(b, text);
}

/* ---- letters ---- */

static const char *const words[] = { "harbour", "Lantern", "winter", "QUARRY",
                                     "meadow",  "copper",  "thistle" };

static void make_letter(struct play *p, struct letter *l, size_t number)
{
    struct buf *t = &l->text;
    char head[256];
    static const char *const days[] = { "Mon", "Tue", "Wed" };
    unsigned day = (unsigned)pick(p, COUNT(days));
    const char *word = words[pick(p, COUNT(words))];
    l->sent = START_DATE - 3601 + (int64_t)day * 86400;
    (void)snprintf(head, sizeof head,
                   "From: %s@example.org\r\nTo: alice@example.org\r\nSubject: %s no %zu\r\n"
                   "Date: %s, %u Sep 2026 08:00:00 +0000\r\nMessage-ID: <%zu@example.org>\r\n\r\n",
                   pick(p, 2) ? "bob" : "carol", word, number, days[day], 7 + day, number);
    buf_addz(t, head);
    size_t lines = pick(p, 12);
    for (size_t i = 0; i <= lines; i++) {
        buf_addz(t, words[pick(p, COUNT(words))]);
        buf_addz(t, " and ");
        buf_number(t, pick(p, 100));
        buf_addz(t, "\r\n");
    }
    slice all = buf_slice(t);
    size_t subject = slice_find(all, SLICE("Subject: ")) + 9;
    size_t body = slice_find(all, SLICE("\r\n\r\n")) + 4;
    l->subject = slice_sub(all, subject, slice_find(slice_from(all, subject), SLICE("\r\n")));
    l->from = slice_sub(all, 6, slice_find(all, SLICE("\r\n")) - 6);
    l->body = slice_from(all, body);
}

void truth_init(struct play *p)
{
    static const slice names[BOXES] = { SLICE_INIT("INBOX"), SLICE_INIT("Archive") };
    for (size_t i = 0; i < LETTERS; i++) {
        make_letter(p, &p->letters[i], i);
    }
    for (size_t i = 0; i < BOXES; i++) {
        struct mailbox *real = account_box(p->account, names[i]);
        real = real ? real : account_box_add(p->account, names[i]);
        p->boxes[i] = (struct box){ .name = names[i], .real = real, .uid_next = 1, .modseq = 1 };
    }
}

void truth_free(struct play *p)
{
    for (size_t i = 0; i < LETTERS; i++) {
        buf_deinit(&p->letters[i].text);
    }
    for (size_t i = 0; i < BOXES; i++) {
        for (size_t k = 0; k < p->boxes[i].count; k++) {
            mem_free(p->boxes[i].mails[k].past);
        }
        mem_free(p->boxes[i].mails);
    }
}

/* ---- changes ---- */

static void remember(struct mail *m)
{
    m->past = mem_grow(m->past, m->past_count, &m->past_cap, sizeof *m->past);
    m->past[m->past_count++] = (struct moment){ m->modseq, m->flags };
}

size_t truth_append(struct box *b, const struct letter *letter, uint32_t flags, int64_t date)
{
    b->mails = mem_grow(b->mails, b->count, &b->cap, sizeof *b->mails);
    struct mail *m = &b->mails[b->count];
    *m = (struct mail){ .uid = b->uid_next++,
                        .flags = flags,
                        .modseq = ++b->modseq,
                        .letter = letter,
                        .date = date,
                        .recent = NOBODY,
                        .alive = true };
    remember(m);
    return b->count++;
}

/* Each change has a mod-sequence of its own, as mailbox.h promises; none where nothing changes. */
bool truth_flags(struct box *b, size_t mail, uint32_t flags)
{
    struct mail *m = &b->mails[mail];
    assert(m->alive);
    if (m->flags == flags) {
        return false;
    }
    m->flags = flags;
    m->modseq = ++b->modseq;
    remember(m);
    return true;
}

void truth_remove(struct box *b, size_t mail)
{
    assert(b->mails[mail].alive);
    b->mails[mail].alive = false;
    b->mails[mail].gone_at = ++b->modseq;
}

uint32_t truth_flags_at(const struct mail *m, uint64_t modseq)
{
    uint32_t flags = m->past[0].flags;
    for (size_t i = 0; i < m->past_count && m->past[i].modseq <= modseq; i++) {
        flags = m->past[i].flags;
    }
    return flags;
}

size_t truth_alive(const struct box *b)
{
    size_t alive = 0;
    for (size_t i = 0; i < b->count; i++) {
        alive += b->mails[i].alive;
    }
    return alive;
}

/* ---- keywords ---- */

void truth_keyword_name(size_t i, struct buf *out)
{
    static const char *const known[] = { "$Forwarded", "Work", "$MDNSent", "later", "NonJunk" };
    if (i < COUNT(known)) {
        buf_addz(out, known[i]);
        return;
    }
    buf_addz(out, "label-");
    buf_number(out, i);
}

uint32_t truth_keyword(struct box *b, slice name, bool add)
{
    for (size_t i = 0; i < b->keyword_count; i++) {
        if (slice_eq_nocase(slice_of(b->keywords[i]), name)) {
            return F_KEYWORD(i);
        }
    }
    if (!add || b->keyword_count == KEYWORDS_MAX) {
        return 0;
    }
    (void)snprintf(b->keywords[b->keyword_count], NAME_MAX_, "%.*s", SLICE_ARG(name));
    return F_KEYWORD(b->keyword_count++);
}

uint32_t truth_flags_in(struct box *to, const struct box *from, uint32_t flags)
{
    uint32_t said = flags & F_SYSTEM;
    for (size_t i = 0; i < from->keyword_count; i++) {
        if (flags & F_KEYWORD(i)) {
            said |= truth_keyword(to, slice_of(from->keywords[i]), true);
        }
    }
    return said;
}

uint32_t truth_real_flags(const struct box *b, uint32_t flags)
{
    static const uint32_t real[F_SYSTEM_COUNT] = { FLAG_ANSWERED, FLAG_DELETED, FLAG_DRAFT,
                                                   FLAG_FLAGGED, FLAG_SEEN };
    uint32_t bits = 0;
    for (size_t i = 0; i < F_SYSTEM_COUNT; i++) {
        bits |= flags & (1U << i) ? real[i] : 0;
    }
    for (size_t i = 0; i < b->keyword_count; i++) {
        bits |= flags & F_KEYWORD(i) ? mailbox_keyword(b->real, slice_of(b->keywords[i]), true) : 0;
    }
    return bits;
}
