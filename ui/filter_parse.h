/* filter_parse.h - words and signs of an expression, between the filter's own files.  Nobody else
 * includes it. */
#ifndef MAILFLOW_UI_FILTER_PARSE_H
#define MAILFLOW_UI_FILTER_PARSE_H

#include "ui/filter.h"

enum filter_token {
    FILTER_T_END,
    FILTER_T_WORD, /* a name, a number, an address: whatever has no blank and no sign in it */
    FILTER_T_TEXT, /* in quotes */
    FILTER_T_RELATION,
    FILTER_T_MATCHES,
    FILTER_T_AND,
    FILTER_T_OR,
    FILTER_T_NOT,
    FILTER_T_OPEN,
    FILTER_T_CLOSE,
    FILTER_T_BRACE,
    FILTER_T_BRACE_END,
    FILTER_T_COMMA,
    FILTER_T_WRONG
};
struct filter_lexer {
    slice all;
    size_t at, to; /* the token: all[at, to) */
    enum filter_token kind;
    slice text;        /* WORD; TEXT: what stands between the quotes, escapes and all */
    enum filter_op op; /* RELATION */
};

void filter_lex(struct filter_lexer *l); /* the next token */
/* A WORD as it is, a TEXT with \" \\ \n \r \t and \xHH as what they stand for. */
void filter_unquote(const struct filter_lexer *l, struct buf *out);

#endif
