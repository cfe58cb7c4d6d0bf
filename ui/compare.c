/* compare.c - the rows of a comparison.
 * Never measures anything itself, and never knows what is better. */
#include "ui/compare.h"

#include "sim/base/mem.h"

#include <stddef.h>

/* ---- a row */

static struct compare_row *row_add(struct compare *c, slice group, const char *label,
                                   enum compare_unit unit)
{
    c->rows = mem_grow(c->rows, c->row_count, &c->row_cap, sizeof *c->rows);
    struct compare_row *row = &c->rows[c->row_count++];
    *row = (struct compare_row){ .group = group, .label = slice_of(label), .unit = unit };
    return row;
}

/* What is nothing in every run is not shown: most hosts hold no letters. */
static void drop_empty(struct compare *c, size_t first)
{
    bool any = false;
    for (size_t r = first; r < c->row_count; r++) {
        for (size_t i = 0; i < c->count; i++) {
            any = any || c->rows[r].cells[i].n > 0 || c->rows[r].cells[i].of > 0;
        }
    }
    c->row_count = any ? c->row_count : first;
}

static slice words(struct compare *c, const char *before, slice middle, const char *after)
{
    struct buf b = { 0 };
    buf_addz(&b, before);
    buf_add(&b, middle);
    buf_addz(&b, after);
    slice kept = arena_copy(&c->arena, buf_slice(&b));
    buf_deinit(&b);
    return kept;
}

struct number {
    const char *label;
    enum compare_unit unit;
    size_t offset; /* of a uint64_t in what is measured */
};

static uint64_t number_in(const void *what, size_t offset)
{
    return *(const uint64_t *)(const void *)((const char *)what + offset);
}

/* ---- what was said */

static const struct number talk_rows[] = {
    { "connections", COMPARE_COUNT, offsetof(struct measure_protocol, connections) },
    { "commands", COMPARE_COUNT, offsetof(struct measure_protocol, commands) },
    { "round trips", COMPARE_COUNT, offsetof(struct measure_protocol, round_trips) },
    { "octets to the server", COMPARE_OCTETS, offsetof(struct measure_protocol, octets_out) },
    { "octets from the server", COMPARE_OCTETS, offsetof(struct measure_protocol, octets_in) },
};

static const struct measure_protocol *protocol_of(const struct measure *m, slice name)
{
    for (size_t i = 0; i < m->protocol_count; i++) {
        if (slice_eq(m->protocols[i].name, name)) {
            return &m->protocols[i];
        }
    }
    return NULL;
}

/* "between servers (smtp), from 7d on" */
static slice since(struct compare *c, const char *group)
{
    struct buf b = { 0 };
    buf_addz(&b, group);
    buf_addz(&b, c->from > 0 ? ", from " : "");
    if (c->from > 0) {
        fmt_duration(&b, c->from);
        buf_addz(&b, " on");
    }
    slice kept = arena_copy(&c->arena, buf_slice(&b));
    buf_deinit(&b);
    return kept;
}

/* One protocol, or two taken together; b empty: none. */
static void add_talk(struct compare *c, const char *group, slice a, slice b)
{
    size_t first = c->row_count;
    slice heading = since(c, group);
    for (size_t r = 0; r < COUNT(talk_rows); r++) {
        struct compare_row *row = row_add(c, heading, talk_rows[r].label, talk_rows[r].unit);
        for (size_t i = 0; i < c->count; i++) {
            const struct measure_protocol *one = protocol_of(&c->runs[i].measure, a);
            const struct measure_protocol *two = protocol_of(&c->runs[i].measure, b);
            row->cells[i] = (struct compare_cell){
                .known = one || two,
                .n = (one ? number_in(one, talk_rows[r].offset) : 0) +
                     (two ? number_in(two, talk_rows[r].offset) : 0),
            };
        }
    }
    drop_empty(c, first);
}

/* A run that reads by both is told apart. */
static bool reads_by_both(const struct compare *c)
{
    bool both = false;
    for (size_t i = 0; i < c->count; i++) {
        both = both || (protocol_of(&c->runs[i].measure, SLICE("pop3")) &&
                        protocol_of(&c->runs[i].measure, SLICE("imap")));
    }
    return both;
}

static void add_talks(struct compare *c)
{
    add_talk(c, "reading (pop3, imap)", SLICE("pop3"), SLICE("imap"));
    if (reads_by_both(c)) {
        add_talk(c, "by pop3", SLICE("pop3"), (slice){ 0 });
        add_talk(c, "by imap", SLICE("imap"), (slice){ 0 });
    }
    add_talk(c, "handing in (submission)", SLICE("submission"), (slice){ 0 });
    add_talk(c, "between servers (smtp)", SLICE("smtp"), (slice){ 0 });
    add_talk(c, "the web (http)", SLICE("http"), (slice){ 0 });
}

/* ---- what lies where */

static const struct number device_rows[] = {
    { "messages", COMPARE_COUNT, offsetof(struct measure_device, box.messages) },
    { "unread", COMPARE_COUNT, offsetof(struct measure_device, box.unread) },
    { "folders", COMPARE_COUNT, offsetof(struct measure_device, box.folders) },
    { "octets of letters", COMPARE_OCTETS, offsetof(struct measure_device, box.octets) },
    { "new letters", COMPARE_COUNT, offsetof(struct measure_device, arrived) },
    { "new letters missed", COMPARE_COUNT, offsetof(struct measure_device, missed) },
    { "wait, the median", COMPARE_TIME, offsetof(struct measure_device, median) },
    { "wait, the longest", COMPARE_TIME, offsetof(struct measure_device, longest) },
};
static const struct number server_rows[] = {
    { "messages", COMPARE_COUNT, offsetof(struct measure_person, server.messages) },
    { "unread", COMPARE_COUNT, offsetof(struct measure_person, server.unread) },
    { "folders", COMPARE_COUNT, offsetof(struct measure_person, server.folders) },
    { "octets of letters", COMPARE_OCTETS, offsetof(struct measure_person, server.octets) },
};
static const struct number apart_rows[] = {
    { "letters not everywhere", COMPARE_COUNT, offsetof(struct measure_person, apart) },
    { "read marks that differ", COMPARE_COUNT, offsetof(struct measure_person, apart_read) },
    { "letters, for how long", COMPARE_TIME, offsetof(struct measure_person, apart_for) },
    { "marks, for how long", COMPARE_TIME, offsetof(struct measure_person, apart_read_for) },
};

static const struct measure_device *device_of(const struct measure *m, slice name)
{
    for (size_t i = 0; i < m->device_count; i++) {
        if (slice_eq(m->devices[i].name, name)) {
            return &m->devices[i];
        }
    }
    return NULL;
}

static const struct measure_person *person_of(const struct measure *m, slice address)
{
    for (size_t i = 0; i < m->person_count; i++) {
        if (slice_eq_nocase(m->persons[i].address, address)) {
            return &m->persons[i];
        }
    }
    return NULL;
}

static void add_device(struct compare *c, slice name)
{
    size_t first = c->row_count;
    for (size_t r = 0; r < COUNT(device_rows); r++) {
        struct compare_row *row = row_add(c, name, device_rows[r].label, device_rows[r].unit);
        for (size_t i = 0; i < c->count; i++) {
            const struct measure_device *d = device_of(&c->runs[i].measure, name);
            bool waited = d && (d->arrived > 0 || device_rows[r].unit != COMPARE_TIME);
            row->cells[i].known = waited;
            row->cells[i].n = waited ? number_in(d, device_rows[r].offset) : 0;
        }
    }
    drop_empty(c, first);
}

static void add_numbers(struct compare *c, slice group, slice address, const struct number *numbers,
                        size_t count)
{
    size_t first = c->row_count;
    for (size_t r = 0; r < count; r++) {
        struct compare_row *row = row_add(c, group, numbers[r].label, numbers[r].unit);
        for (size_t i = 0; i < c->count; i++) {
            const struct measure_person *p = person_of(&c->runs[i].measure, address);
            row->cells[i].known = p != NULL;
            row->cells[i].n = p ? number_in(p, numbers[r].offset) : 0;
        }
    }
    drop_empty(c, first);
}

/* The nth time that this device was lost; NULL: it was not in this run. */
static const struct measure_loss *loss_of(const struct measure *m, slice device, size_t nth)
{
    for (size_t i = 0; i < m->loss_count; i++) {
        if (slice_eq(m->losses[i].device, device) && nth-- == 0) {
            return &m->losses[i];
        }
    }
    return NULL;
}

static void add_loss(struct compare *c, slice device, size_t nth)
{
    slice group = words(c, "after the loss of ", device, "");
    size_t first = c->row_count;
    (void)row_add(c, group, "letters still shown", COMPARE_COUNT);
    (void)row_add(c, group, "still marked as read", COMPARE_COUNT);
    for (size_t i = 0; i < c->count; i++) {
        const struct measure_loss *l = loss_of(&c->runs[i].measure, device, nth);
        struct compare_row *rows = &c->rows[first];
        rows[0].part = rows[1].part = true;
        if (l) {
            rows[0].cells[i] = (struct compare_cell){ true, l->left, l->had };
            rows[1].cells[i] = (struct compare_cell){ true, l->read_left, l->read_had };
        }
    }
    drop_empty(c, first);
}

/* ---- all of them, in the order in which the runs know them */

static bool is_first(const struct compare *c, size_t run, slice device, slice person)
{
    for (size_t i = 0; i < run; i++) {
        if (device.len > 0 ? device_of(&c->runs[i].measure, device) != NULL
                           : person_of(&c->runs[i].measure, person) != NULL) {
            return false;
        }
    }
    return true;
}

static void add_boxes(struct compare *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct measure *m = &c->runs[i].measure;
        for (size_t d = 0; d < m->device_count; d++) {
            if (is_first(c, i, m->devices[d].name, (slice){ 0 })) {
                add_device(c, m->devices[d].name);
            }
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        const struct measure *m = &c->runs[i].measure;
        for (size_t p = 0; p < m->person_count; p++) {
            slice who = m->persons[p].address;
            if (is_first(c, i, (slice){ 0 }, who)) {
                add_numbers(c, words(c, "server, ", who, ""), who, server_rows, COUNT(server_rows));
                add_numbers(c, words(c, "disagreement, ", who, ""), who, apart_rows,
                            COUNT(apart_rows));
            }
        }
    }
}

static void add_losses(struct compare *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct measure *m = &c->runs[i].measure;
        for (size_t l = 0; l < m->loss_count; l++) {
            slice device = m->losses[l].device;
            size_t nth = 0;
            for (size_t k = 0; k < l; k++) {
                nth += slice_eq(m->losses[k].device, device);
            }
            bool told = false;
            for (size_t k = 0; k < i; k++) {
                told = told || loss_of(&c->runs[k].measure, device, nth);
            }
            if (!told) {
                add_loss(c, device, nth);
            }
        }
    }
}

void compare_begin(struct compare *c, struct compare_run *runs, size_t count, sim_time from)
{
    *c = (struct compare){ .runs = runs, .count = count, .from = from };
    arena_init(&c->arena);
}

bool compare_pass(struct compare *c, uint64_t records)
{
    struct compare_run *run = &c->runs[c->measured];
    if (c->measured == c->count) {
        return false;
    }
    if (!run->cast) {
        cast_init(&c->casts[c->measured], run->trace);
        cast_extend(&c->casts[c->measured]);
        run->cast = &c->casts[c->measured];
    }
    if (!c->measuring) {
        c->measuring = measure_begin(&run->measure, run->cast, c->from);
    }
    if (measure_pass(c->measuring, records)) {
        return true;
    }
    c->measuring = NULL;
    if (++c->measured < c->count) {
        return true;
    }
    add_talks(c);
    add_boxes(c);
    add_losses(c);
    return false;
}

void compare_make(struct compare *c, struct compare_run *runs, size_t count, sim_time from)
{
    compare_begin(c, runs, count, from);
    while (compare_pass(c, UINT64_MAX)) {
        continue;
    }
}

void compare_free(struct compare *c)
{
    if (c->measuring) {
        measure_stop(c->measuring);
    }
    for (size_t i = 0; i < c->count; i++) {
        measure_free(&c->runs[i].measure);
        if (c->casts[i].trace) {
            cast_deinit(&c->casts[i]);
        }
    }
    mem_free(c->rows);
    arena_deinit(&c->arena);
    *c = (struct compare){ 0 };
}

/* ---- in words */

static bool cells_same(const struct compare_cell *a, const struct compare_cell *b)
{
    return a->known == b->known && a->n == b->n && a->of == b->of;
}

bool compare_differs(const struct compare *c, const struct compare_row *row)
{
    bool differs = false;
    for (size_t i = 1; i < c->count; i++) {
        differs = differs || !cells_same(&row->cells[0], &row->cells[i]);
    }
    return differs;
}

void compare_cell_text(const struct compare_row *row, size_t run, struct buf *out)
{
    const struct compare_cell *cell = &row->cells[run];
    if (!cell->known) {
        buf_byte(out, '-');
    } else if (row->unit == COMPARE_TIME) {
        fmt_clock(out, cell->n);
    } else {
        fmt_u64(out, cell->n);
        if (row->part) {
            buf_addz(out, " of ");
            fmt_u64(out, cell->of);
        }
    }
}

/* "0 with pop; 5 with leave and imap": runs that agree are named together. */
void compare_sentence(const struct compare *c, const struct compare_row *row, struct buf *out)
{
    bool said[COMPARE_MOST] = { false }, first = true;
    buf_add(out, row->group);
    buf_addz(out, ", ");
    buf_add(out, row->label);
    buf_addz(out, ": ");
    for (size_t i = 0; i < c->count; i++) {
        size_t same = 0, named = 0;
        for (size_t k = i; k < c->count && !said[i]; k++) {
            same += cells_same(&row->cells[i], &row->cells[k]);
        }
        if (same == 0) {
            continue;
        }
        buf_addz(out, first ? "" : "; ");
        first = false;
        if (row->cells[i].known) {
            compare_cell_text(row, i, out);
        } else {
            buf_addz(out, "none");
        }
        for (size_t k = i; k < c->count; k++) {
            if (cells_same(&row->cells[i], &row->cells[k])) {
                buf_addz(out, named == 0 ? " with " : named + 1 == same ? " and " : ", ");
                buf_add(out, c->runs[k].name);
                said[k] = true;
                named++;
            }
        }
    }
}
