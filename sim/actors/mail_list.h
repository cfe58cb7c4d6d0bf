/* mail_list.h - private to sim/actors: a mailing list, for its two files.
 *
 *   mail_list.c          posts, and what comes back of them
 *   mail_list_request.c  who wants to be a member, and who does not any more */
#ifndef MAILFLOW_ACTORS_MAIL_LIST_H
#define MAILFLOW_ACTORS_MAIL_LIST_H

#include "sim/actors/mail_policy.h"
#include "sim/mail/list_fields.h"

struct member {
    slice address;
    int64_t bounces;
};
/* What somebody asked for, and the list asks back: he, or somebody in his name? */
struct list_wish {
    slice who, word; /* the word is in the address that he has to answer */
    bool leaves;
    sim_time until;
};
struct list {
    const struct mail_list *config;
    struct list_fields fields;
    struct member *members;
    size_t count, cap;
    struct list_wish *asked;
    size_t asked_count, asked_cap;
    struct rng rng;
};
struct lists {
    struct list *items;
    size_t count;
};

void list_add_member(struct list *l, slice address); /* which lives as long as the list */
void list_remove_member(struct list *l, struct member *gone);
struct member *list_member(const struct list *l, slice address); /* NULL: he is none */
/* "bob@example.net is a member of friends@example.org" */
void list_note(struct mail_host *m, const struct list *l, slice address, const char *what);
/* A person reads what no program understands. */
void list_to_owner(struct mail_host *m, struct entry *e, size_t i, const struct list *l,
                   const char *why);

/* ---- mail_list_request.c ---- */
void list_requested(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r);

#endif
