/* compare_print.c - a comparison as people and programs read it. */
#include "ui/compare.h"

#include "sim/base/json_text.h"
#include "sim/base/safe.h"
#include "ui/glyph.h"

/* ---- text ---- */

#define CELL_LEAST 9

static size_t cells_wide(slice text)
{
    int w = text_width(text);
    return w > 0 ? (size_t)w : 0;
}

/* As much of it as fits; all that a name may be made of is one cell wide or is taken out. */
static void add_fitting(struct buf *out, slice text, size_t width, bool right)
{
    struct buf safe = { 0 };
    safe_text(&safe, text, SAFE_KEEP_NOTHING);
    slice shown = buf_slice(&safe);
    while (shown.len > 0 && cells_wide(shown) > width) {
        shown.len--;
        while (shown.len > 0 && ((unsigned char)shown.ptr[shown.len] & 0xc0) == 0x80) {
            shown.len--;
        }
    }
    size_t blanks = width - cells_wide(shown);
    buf_fill(out, ' ', right ? blanks : 0);
    buf_add(out, shown);
    buf_fill(out, ' ', right ? 0 : blanks);
    buf_deinit(&safe);
}

struct widths {
    size_t label, cell;
};

static struct widths widths_of(const struct compare *c, size_t width)
{
    struct widths w = { .label = 12, .cell = CELL_LEAST };
    struct buf b = { 0 };
    for (size_t r = 0; r < c->row_count; r++) {
        size_t label = cells_wide(c->rows[r].label) + 2;
        w.label = label > w.label ? label : w.label;
        for (size_t i = 0; i < c->count; i++) {
            buf_clear(&b);
            compare_cell_text(&c->rows[r], i, &b);
            w.cell = b.len > w.cell ? b.len : w.cell;
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        size_t name = cells_wide(c->runs[i].name);
        size_t most = (width - w.label) / c->count - 2;
        name = name > most ? most : name;
        w.cell = name > w.cell ? name : w.cell;
    }
    buf_deinit(&b);
    return w;
}

static void text_row(const struct compare *c, const struct compare_row *row, struct widths w,
                     struct buf *out)
{
    struct buf b = { 0 };
    buf_addz(out, "  ");
    add_fitting(out, row->label, w.label - 2, false);
    for (size_t i = 0; i < c->count; i++) {
        buf_clear(&b);
        compare_cell_text(row, i, &b);
        buf_addz(out, "  ");
        add_fitting(out, buf_slice(&b), w.cell, true);
    }
    buf_addz(out, compare_differs(c, row) ? " *\n" : "\n");
    buf_deinit(&b);
}

static void text_table(const struct compare *c, size_t width, struct buf *out)
{
    struct widths w = widths_of(c, width - 2);
    slice group = { 0 };
    buf_fill(out, ' ', w.label);
    for (size_t i = 0; i < c->count; i++) {
        buf_addz(out, "  ");
        add_fitting(out, c->runs[i].name, w.cell, true);
    }
    buf_byte(out, '\n');
    for (size_t r = 0; r < c->row_count; r++) {
        if (!slice_eq(group, c->rows[r].group)) {
            group = c->rows[r].group;
            safe_text(out, group, SAFE_KEEP_NOTHING);
            buf_byte(out, '\n');
        }
        text_row(c, &c->rows[r], w, out);
    }
}

/* Words on lines of at most so many cells, the second and further ones set in. */
static void add_wrapped(struct buf *out, slice text, size_t width)
{
    size_t at = 0;
    while (text.len > 0) {
        slice word = slice_cut(&text, ' ');
        size_t w = cells_wide(word);
        if (at > 0 && at + 1 + w > width) {
            buf_addz(out, "\n     ");
            at = 5;
        }
        buf_byte(out, ' ');
        buf_add(out, word);
        at += 1 + w;
    }
    buf_byte(out, '\n');
}

static void text_sentences(const struct compare *c, size_t width, struct buf *out)
{
    struct buf safe = { 0 };
    struct buf b = { 0 };
    bool any = false;
    for (size_t r = 0; r < c->row_count; r++) {
        if (!compare_differs(c, &c->rows[r])) {
            continue;
        }
        buf_addz(out, any ? "" : "\nWhat differs (*)\n");
        any = true;
        buf_clear(&b);
        compare_sentence(c, &c->rows[r], &b);
        buf_clear(&safe);
        safe_text(&safe, buf_slice(&b), SAFE_KEEP_NOTHING);
        buf_byte(out, ' ');
        add_wrapped(out, buf_slice(&safe), width - 1);
    }
    buf_addz(out, any ? "" : "\nNothing differs.\n");
    buf_deinit(&safe);
    buf_deinit(&b);
}

void compare_text(const struct compare *c, slice file, slice title, size_t width, struct buf *out)
{
    safe_text(out, file, SAFE_KEEP_NOTHING);
    buf_addz(out, ": ");
    safe_text(out, title, SAFE_KEEP_NOTHING);
    buf_byte(out, '\n');
    for (size_t i = 0; i < c->count; i++) {
        if (c->runs[i].title.len > 0 && !slice_eq(c->runs[i].title, title)) {
            buf_addz(out, "  ");
            safe_text(out, c->runs[i].name, SAFE_KEEP_NOTHING);
            buf_addz(out, ": ");
            safe_text(out, c->runs[i].title, SAFE_KEEP_NOTHING);
            buf_byte(out, '\n');
        }
    }
    buf_byte(out, '\n');
    text_table(c, width, out);
    text_sentences(c, width, out);
}

/* ---- JSON ---- */

static void json_box(struct buf *out, const struct measure_box *b)
{
    json_field_u64(out, "messages", b->messages);
    json_field_u64(out, "unread", b->unread);
    json_field_u64(out, "folders", b->folders);
    json_field_u64(out, "octets", b->octets);
    json_field_u64(out, "unsized", b->unsized);
}

static void open_list(struct buf *out, const char *name)
{
    json_put_key(out, name);
    buf_byte(out, '[');
}

static void open_item(struct buf *out)
{
    buf_addz(out, out->ptr[out->len - 1] == '[' ? "{" : ",{");
}

static void json_protocols(struct buf *out, const struct measure *m)
{
    json_put_key(out, "protocols");
    buf_byte(out, '{');
    for (size_t i = 0; i < m->protocol_count; i++) {
        const struct measure_protocol *p = &m->protocols[i];
        buf_addz(out, i > 0 ? "," : "");
        json_put_text(out, p->name);
        buf_addz(out, ":{");
        json_field_u64(out, "connections", p->connections);
        json_field_u64(out, "commands", p->commands);
        json_field_u64(out, "round_trips", p->round_trips);
        json_field_u64(out, "octets_out", p->octets_out);
        json_field_u64(out, "octets_in", p->octets_in);
        buf_byte(out, '}');
    }
    buf_byte(out, '}');
}

static void json_devices(struct buf *out, const struct measure *m)
{
    open_list(out, "devices");
    for (size_t i = 0; i < m->device_count; i++) {
        const struct measure_device *d = &m->devices[i];
        open_item(out);
        json_field_text(out, "name", d->name);
        json_field_text(out, "person", d->person);
        json_field_bool(out, "lost", !d->there);
        json_box(out, &d->box);
        json_field_u64(out, "new_letters", d->arrived);
        json_field_u64(out, "new_letters_missed", d->missed);
        json_field_u64(out, "wait_median_ns", d->median);
        json_field_u64(out, "wait_longest_ns", d->longest);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

static void json_people(struct buf *out, const struct measure *m)
{
    open_list(out, "people");
    for (size_t i = 0; i < m->person_count; i++) {
        const struct measure_person *p = &m->persons[i];
        open_item(out);
        json_field_text(out, "address", p->address);
        json_field_u64(out, "places", p->places);
        json_put_key(out, "server");
        buf_byte(out, '{');
        json_box(out, &p->server);
        buf_byte(out, '}');
        json_field_u64(out, "apart", p->apart);
        json_field_u64(out, "apart_ns", p->apart_for);
        json_field_u64(out, "apart_read", p->apart_read);
        json_field_u64(out, "apart_read_ns", p->apart_read_for);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

static void json_losses(struct buf *out, const struct measure *m)
{
    open_list(out, "losses");
    for (size_t i = 0; i < m->loss_count; i++) {
        const struct measure_loss *l = &m->losses[i];
        open_item(out);
        json_field_text(out, "device", l->device);
        json_field_text(out, "person", l->person);
        json_field_u64(out, "at_ns", l->at);
        json_field_u64(out, "letters", l->had);
        json_field_u64(out, "letters_left", l->left);
        json_field_u64(out, "read", l->read_had);
        json_field_u64(out, "read_left", l->read_left);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

void compare_json(const struct compare *c, slice file, slice title, uint64_t seed, struct buf *out)
{
    struct buf b = { 0 };
    buf_byte(out, '{');
    json_field_text(out, "file", file);
    json_field_text(out, "title", title);
    json_field_u64(out, "seed", seed);
    if (c->from > 0) {
        json_field_u64(out, "compare_from_ns", c->from);
    }
    open_list(out, "variants");
    for (size_t i = 0; i < c->count; i++) {
        const struct compare_run *run = &c->runs[i];
        buf_clear(&b);
        trace_digest_text(run->trace, &b);
        open_item(out);
        json_field_text(out, "name", run->name);
        json_field_text(out, "title", run->title);
        json_field_text(out, "digest", buf_slice(&b));
        json_field_u64(out, "ended_at_ns", run->measure.ended_at);
        json_protocols(out, &run->measure);
        json_devices(out, &run->measure);
        json_people(out, &run->measure);
        json_losses(out, &run->measure);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
    open_list(out, "differences");
    for (size_t r = 0; r < c->row_count; r++) {
        if (compare_differs(c, &c->rows[r])) {
            buf_clear(&b);
            compare_sentence(c, &c->rows[r], &b);
            buf_addz(out, out->ptr[out->len - 1] == '[' ? "" : ",");
            json_put_text(out, buf_slice(&b));
        }
    }
    buf_addz(out, "]}\n");
    buf_deinit(&b);
}
