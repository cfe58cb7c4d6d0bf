/* imap_lex.h - the tokens of IMAP (RFC 9051 9): atoms, strings in their three forms, lists.
 * Reads one unit of imap_input.  Every function takes its token off the front and says whether it
 * was there; after a false the unit is malformed and the caller gives up.  Slices are borrowed from
 * the unit or lie in the arena, and live as long as both. */
#ifndef MAILFLOW_PROTO_IMAP_LEX_H
#define MAILFLOW_PROTO_IMAP_LEX_H

#include "sim/base/arena.h"
#include "sim/proto/imap_input.h"
#include "sim/proto/imap_set.h"

struct imap_lex {
    slice rest;
    struct message *const *literals; /* the long ones still to come */
    size_t literal_count;
    struct arena *arena;
    bool dollar; /* "$" is a set, too (RFC 5182) */
};

struct imap_lex imap_lex_of(const struct imap_input *in, struct arena *lent);
/* The same on what has come before a literal that was just announced. */
struct imap_lex imap_lex_begun(const struct imap_input *in, struct arena *lent);

bool lex_end(const struct imap_lex *l);
bool lex_is(const struct imap_lex *l, char c); /* looks, takes nothing */
bool lex_char(struct imap_lex *l, char c);
bool lex_sp(struct imap_lex *l); /* exactly one blank, as the grammar has it */
bool lex_atom(struct imap_lex *l, slice *s_r);
bool lex_tag(struct imap_lex *l, slice *s_r);  /* astring characters except "+" */
bool lex_word(struct imap_lex *l, slice *s_r); /* letters, digits, "-" and ".": item names */
bool lex_number(struct imap_lex *l, uint64_t *n_r);
bool lex_string(struct imap_lex *l, slice *s_r);  /* quoted or literal */
bool lex_astring(struct imap_lex *l, slice *s_r); /* atom, "]" allowed, or string */
bool lex_nstring(struct imap_lex *l, slice *s_r, bool *nil_r);
bool lex_list_mailbox(struct imap_lex *l, slice *s_r); /* astring with the wildcards % and * */
bool lex_set(struct imap_lex *l, struct imap_set *set_r);
/* A literal as a message; the caller holds its reference.  A short one is copied. */
bool lex_literal(struct imap_lex *l, struct message **m_r);
/* "\Seen" or a keyword. */
bool lex_flag(struct imap_lex *l, slice *s_r);
/* Skips one value of any form: nested list, string, number, atom; gives its text, with long
 * literals put back where they came. */
bool lex_skip_value(struct imap_lex *l, slice *s_r);

#endif
