/* options.c - reading options by table.  Never knows which command it serves; never prints. */
#include "ui/options.h"

#include <assert.h>
#include <string.h>

/* ---- values */

static bool choice_parse(const char *choices, slice value, uint32_t *index_r)
{
    slice rest = slice_of(choices);
    for (uint32_t i = 0; rest.len > 0; i++)
        if (slice_eq(slice_word(&rest), value)) {
            *index_r = i;
            return true;
        }
    return false;
}

static const char *const wanted[] = {
    [OPTION_NUMBER] = "a number up to 4294967295",
    [OPTION_DURATION] = "a duration; try \"30s\"",
    [OPTION_SIZE] = "a size; try \"10MB\"",
};

static bool value_set(const struct option_row *row, void *into, const char *text, struct err *err_r)
{
    void *field = (char *)into + row->offset;
    slice value = slice_of(text);
    uint64_t number = 0;
    bool ok = true;
    switch (row->type) { /* the one place where a type becomes a C type */
    case OPTION_FLAG:
        *(bool *)field = true;
        break;
    case OPTION_TEXT:
        *(const char **)field = text;
        break;
    case OPTION_NUMBER:
        ok = slice_to_u64(value, &number) && number <= UINT32_MAX;
        *(uint64_t *)field = ok ? number : 0;
        break;
    case OPTION_DURATION:
        ok = parse_duration(value, field);
        break;
    case OPTION_SIZE:
        ok = parse_size(value, field);
        break;
    case OPTION_CHOICE:
        if (choice_parse(row->choices, value, field))
            return true;
        return err_set(err_r, "--%s: \"%s\" is none of: %s", row->name, text, row->choices);
    }
    return ok || err_set(err_r, "--%s: \"%s\" is not %s", row->name, text, wanted[row->type]);
}

/* ---- names */

static const struct option_row *row_named(const struct option_row *rows, slice name)
{
    for (; rows->name; rows++)
        if (slice_eq(slice_of(rows->name), name))
            return rows;
    return NULL;
}

static const struct option_row *row_lettered(const struct option_row *rows, char letter)
{
    for (; rows->name; rows++)
        if (rows->letter == letter)
            return rows;
    return NULL;
}

struct reader {
    const struct option_row *rows;
    void *into;
    int argc, at;
    char *const *argv;
};

/* The value stands in the argument itself, or is the next one. */
static bool option_take(struct reader *r, const struct option_row *row, const char *attached,
                        struct err *err_r)
{
    if (row->type == OPTION_FLAG) {
        if (attached)
            return err_set(err_r, "--%s takes no value", row->name);
        return value_set(row, r->into, "", err_r);
    }
    if (!attached && r->at + 1 >= r->argc)
        return err_set(err_r, "--%s needs a value: %s", row->name, row->value);
    return value_set(row, r->into, attached ? attached : r->argv[++r->at], err_r);
}

static bool take_long(struct reader *r, const char *arg, struct err *err_r)
{
    slice name = slice_of(arg + 2);
    size_t equals = slice_find_byte(name, '=');
    const char *attached = equals == SLICE_NONE ? NULL : name.ptr + equals + 1;
    if (attached)
        name = slice_sub(name, 0, equals);
    const struct option_row *row = row_named(r->rows, name);
    if (!row)
        return err_set(err_r, "there is no option --%.*s", SLICE_ARG(name));
    return option_take(r, row, attached, err_r);
}

static bool take_letters(struct reader *r, const char *arg, struct err *err_r)
{
    for (const char *letter = arg + 1; *letter; letter++) {
        const struct option_row *row = row_lettered(r->rows, *letter);
        if (!row)
            return err_set(err_r, "there is no option -%c", *letter);
        if (row->type != OPTION_FLAG)
            return option_take(r, row, letter[1] ? letter + 1 : NULL, err_r);
        if (!option_take(r, row, NULL, err_r))
            return false;
    }
    return true;
}

bool options_parse(const struct option_row *rows, void *into, int argc, char *const *argv,
                   struct operands *operands_r, bool *help_r, struct err *err_r)
{
    struct reader r = { .rows = rows, .into = into, .argc = argc, .argv = argv };
    bool only_operands = false;
    operands_r->count = 0;
    *help_r = false;
    for (; r.at < argc; r.at++) {
        const char *arg = argv[r.at];
        if (only_operands || arg[0] != '-' || arg[1] == '\0') {
            operands_r->items[operands_r->count++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            only_operands = true;
        } else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            *help_r = true;
            return true;
        } else if (!(arg[1] == '-' ? take_long(&r, arg, err_r) : take_letters(&r, arg, err_r))) {
            return false;
        }
    }
    return true;
}

/* ---- help */

static void row_head(const struct option_row *row, struct buf *out)
{
    buf_addz(out, "  ");
    if (row->letter) {
        buf_byte(out, '-');
        buf_byte(out, row->letter);
        buf_addz(out, ", ");
    }
    buf_addz(out, "--");
    buf_addz(out, row->name);
    if (row->type != OPTION_FLAG) {
        buf_byte(out, ' ');
        slice rest = slice_of(row->type == OPTION_CHOICE ? row->choices : row->value);
        buf_add(out, row->type == OPTION_CHOICE ? slice_word(&rest) : rest);
        while (row->type == OPTION_CHOICE && rest.len > 0) {
            buf_byte(out, '|');
            buf_add(out, slice_word(&rest));
        }
    }
}

void options_help(const struct option_row *rows, struct buf *out)
{
    struct buf head;
    size_t widest = 0;
    buf_init(&head);
    for (const struct option_row *row = rows; row->name; row++) {
        buf_clear(&head);
        row_head(row, &head);
        widest = head.len > widest ? head.len : widest;
    }
    for (const struct option_row *row = rows; row->name; row++) {
        buf_clear(&head);
        row_head(row, &head);
        buf_fill(&head, ' ', widest + 2 - head.len);
        buf_add(out, buf_slice(&head));
        buf_addz(out, row->doc);
        buf_byte(out, '\n');
    }
    buf_deinit(&head);
}
