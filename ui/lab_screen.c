/* lab_screen.c - the laboratory as cells: a column for each run with what happens there, below
 * them where each letter is, or what was measured.
 * Pure: the same state gives the same cells. */
#include "ui/lab.h"
#include "ui/layout.h"
#include "ui/telling.h"
#include "ui/words.h"

#define LABEL_LEAST 12
#define ROWS_MAX    64

/* ---- the header and the last line */

static void draw_header(const struct lab *l, struct canvas *c)
{
    struct buf text = { 0 };
    words_time(l->sides[0].cast, lab_now(l), true, &text);
    int x = canvas_text_right(c, c->w - 1, 0, buf_slice(&text), INK_TEXT) - 3;
    buf_clear(&text);
    buf_addz(&text, l->playing ? "\u25BA " : "\u2016 ");
    buf_addz(&text, lab_speed_name(l));
    x = canvas_text_right(c, x, 0, buf_slice(&text), l->playing ? INK_TIME : INK_DIM) - 2;
    int left = canvas_textz(c, 1, 0, "mailflow compare", INK_TITLE) + 2;
    buf_clear(&text);
    if (!lab_is_made(l)) {
        buf_addz(&text, "made up to ");
        words_time(l->sides[0].cast, lab_made(l), false, &text);
        left = canvas_text_max(c, left, 0, x - left, buf_slice(&text), INK_WARN) + 2;
    }
    canvas_text_max(c, left, 0, x - left, l->title, INK_TEXT);
    buf_deinit(&text);
}

/* Those that say how to leave and where to read on are always there; others as far as there is
 * room. */
struct key_word {
    const char *keys, *word;
    bool always;
};

static int key_width(const struct key_word *k)
{
    return text_width(slice_of(k->keys)) + text_width(slice_of(k->word)) + 3;
}

static void draw_keys(const struct lab *l, struct canvas *c, int y)
{
    const struct key_word keys[] = {
        { "space", "play", false },
        { "\u2190\u2192", "step", false },
        { "{}", "story", false },
        { "v", l->numbers ? "letters" : "measured", false },
        { lab_shown(l) < l->count ? "tab" : "", "others", false },
        { ",.", "hop", false },
        { "gG", "ends", false },
        { "[]", "speed", false },
        { "?", "help", true },
        { "q", l->within ? "back" : "quit", true },
    };
    int x = 2, needed = 0;
    for (size_t i = 0; i < COUNT(keys); i++) {
        needed += keys[i].always ? key_width(&keys[i]) : 0;
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        bool room = x + key_width(&keys[i]) + needed < c->w;
        if (keys[i].keys[0] && (keys[i].always || room)) {
            x = canvas_put(c, x, y, ' ', INK_BORDER);
            x = canvas_textz(c, x, y, keys[i].keys, INK_TITLE);
            x = canvas_put(c, x, y, ' ', INK_BORDER);
            x = canvas_textz(c, x, y, keys[i].word, INK_DIM);
            x = canvas_put(c, x, y, ' ', INK_BORDER);
        }
    }
}

/* ---- a run: its story, and what happened last, the newest below */

static size_t last_told(const struct lab_side *s, uint64_t *records, size_t most)
{
    size_t count = 0;
    for (uint64_t n = s->at.record; n > s->cast->world && count < most; n--) {
        const struct trace_rec *r = trace_at(s->run->trace, n);
        if (words_tell(r->kind) && r->kind != TRACE_EXPECT && !cast_is_echo(s->cast, n) &&
            !cast_is_furniture(r) && !cast_is_twice(s->cast, n)) {
            records[count++] = n;
        }
    }
    return count;
}

/* From the bottom up, as many as there is room for. */
static void draw_happened(const struct lab_side *s, struct canvas *c)
{
    uint64_t records[ROWS_MAX];
    size_t count =
        last_told(s, records, c->h < ROWS_MAX ? (size_t)(c->h > 0 ? c->h : 0) : ROWS_MAX);
    struct buf text = { 0 };
    int y = c->h;
    for (size_t i = 0; i < count && y > 0; i++) {
        buf_clear(&text);
        words_of(s->cast, records[i], &text);
        int lines = text_lines(buf_slice(&text), c->w);
        if (lines > y && i > 0) {
            break;
        }
        y -= lines;
        struct rect r = { 0, y < 0 ? 0 : y, c->w, y < 0 ? lines + y : lines };
        canvas_wrap(c, r, buf_slice(&text), i == 0 ? INK_TEXT : INK_DIM);
    }
    buf_deinit(&text);
}

/* Before it says something: what this run is. */
static void draw_story(const struct lab_side *s, struct canvas *c)
{
    uint64_t story = lab_story(s);
    const struct trace_rec *r = trace_at(s->run->trace, story);
    slice text = r ? trace_payload_chunk(s->run->trace, r->c, 0) : s->run->title;
    text = story_part(s->pace, s->at, story, text, c->w, c->h);
    canvas_wrap(c, canvas_area(c), text, r ? INK_TEXT : INK_DIM);
}

/* Rows for the story, the same in all columns; 0: none of the runs has any. */
static int story_rows(const struct lab *l, int h)
{
    bool any = false;
    for (size_t i = 0; i < l->count; i++) {
        any = any || l->sides[i].stories.count > 0;
    }
    return any && h > 2 ? (h < 12 ? h / 2 : 6) : 0;
}

static void draw_side(const struct lab_side *s, struct rect frame, int story, struct canvas *c)
{
    canvas_box(c, frame, INK_BORDER);
    int x = canvas_put(c, frame.x + 2, frame.y, ' ', INK_BORDER);
    x = canvas_text_max(c, x, frame.y, frame.w - 6, s->run->name, INK_TITLE);
    (void)canvas_put(c, x, frame.y, ' ', INK_BORDER);
    bool over = s->at.record >= s->run->trace->count && !s->run->making;
    if (over && x + 10 < frame.x + frame.w) {
        canvas_textz(c, frame.x + frame.w - 8, frame.y, " over ", INK_DIM);
    }
    struct rect in = rect_inset(frame, 2, 1);
    if (story > 0) {
        struct canvas above = canvas_sub(c, (struct rect){ in.x, in.y, in.w, story });
        draw_story(s, &above);
        canvas_hline(c, frame.x, in.y + story, frame.w, 0x2500, INK_BORDER);
        story++;
    }
    struct canvas below = canvas_sub(c, (struct rect){ in.x, in.y + story, in.w, in.h - story });
    draw_happened(s, &below);
}

/* ---- where each letter is */

/* The places that are shown: those where a letter ever lay, in any of the runs. */
struct column {
    size_t side, place;
};

static bool same_place(const struct lab_side *s, const struct place *p, const struct lab_side *t,
                       const struct place *q)
{
    const struct trace *a = s->run->trace, *b = t->run->trace;
    return slice_eq(trace_name_of(a, p->name), trace_name_of(b, q->name)) &&
           slice_eq(trace_name_of(a, person_at(&s->whole, p->person)->address),
                    trace_name_of(b, person_at(&t->whole, q->person)->address));
}

static bool is_used(const struct lab *l, const struct lab_side *s, const struct place *p)
{
    bool used = p->used;
    for (size_t i = 0; i < l->count && !used; i++) {
        const struct lab_side *other = &l->sides[i];
        size_t most = other->whole.places.count < ROWS_MAX ? other->whole.places.count : ROWS_MAX;
        for (size_t q = 0; q < most && !used; q++) {
            const struct place *there = place_at(&other->whole, q);
            used = there->used && same_place(s, p, other, there);
        }
    }
    return used;
}

static size_t columns_of(const struct lab *l, struct column *columns, size_t most)
{
    size_t count = 0;
    for (size_t s = l->first; s < l->first + lab_shown(l); s++) {
        const struct lab_side *side = &l->sides[s];
        size_t places = side->boxes.places.count;
        places = places < side->whole.places.count ? places : side->whole.places.count;
        for (size_t p = 0; p < places && count < most; p++) {
            if (is_used(l, side, place_at(&side->whole, p))) {
                columns[count++] = (struct column){ s, p };
            }
        }
    }
    return count;
}

/* "phone" of "bob-phone", which is bob@example.net's. */
static slice place_label(const struct lab_side *s, const struct place *p)
{
    slice name = trace_name_of(s->run->trace, p->name);
    slice rest = trace_name_of(s->run->trace, person_at(&s->boxes, p->person)->address);
    slice user = slice_cut(&rest, '@');
    if (p->server) {
        return SLICE("server");
    }
    bool own =
        name.len > user.len + 1 && slice_starts_nocase(name, user) && name.ptr[user.len] == '-';
    return own ? slice_from(name, user.len + 1) : name;
}

/* "unread", "read", the folder where that is another; in brackets where only a list shows it. */
static enum ink state_of(const struct lab_side *s, size_t place, slice letter, struct buf *out)
{
    uint32_t name;
    const struct fold *f = &s->boxes;
    if (!place_at(f, place)->there) {
        buf_addz(out, "lost");
        return INK_ERROR;
    }
    if (!intern_find(&s->run->trace->names, letter, &name) || name >= f->names) {
        return INK_DIM;
    }
    for (uint32_t i = f->copy_of[name]; i > 0; i = copy_at(f, i - 1)->next) {
        const struct copy *copy = copy_at(f, i - 1);
        if (copy->gone || copy->place != place) {
            continue;
        }
        slice folder = intern_name(&f->folders, item_at(f, copy->item)->folder);
        bool inbox = slice_eq(folder, SLICE("INBOX")), read = copy->flags & SEEN;
        buf_addz(out, copy->whole ? "" : "(");
        buf_add(out, !inbox ? folder : read ? SLICE("read") : SLICE("unread"));
        buf_addz(out, copy->whole ? "" : ")");
        return read ? INK_TEXT : INK_LETTER;
    }
    buf_byte(out, '-');
    return INK_DIM;
}

static void draw_heads(const struct lab *l, const struct column *columns, size_t count, int label,
                       int w, struct canvas *c)
{
    canvas_textz(c, 0, 1, "letter", INK_DIM);
    for (size_t i = 0; i < count; i++) {
        const struct lab_side *s = &l->sides[columns[i].side];
        int x = label + (int)i * w;
        if (i == 0 || columns[i].side != columns[i - 1].side) {
            size_t same = 1;
            while (i + same < count && columns[i + same].side == columns[i].side) {
                same++;
            }
            canvas_text_max(c, x, 0, (int)same * w - 1, s->run->name, INK_TITLE);
        }
        canvas_text_max(c, x, 1, w - 1, place_label(s, place_at(&s->boxes, columns[i].place)),
                        INK_DIM);
    }
}

static void draw_letters(const struct lab *l, struct canvas *c)
{
    struct column columns[ROWS_MAX];
    struct buf text = { 0 };
    size_t count = columns_of(l, columns, ROWS_MAX);
    int w = count > 0 ? (c->w - LABEL_LEAST) / (int)count : 0;
    w = w > 12 ? 12 : w;
    int label = c->w - w * (int)count;
    if (w < 3) { /* or there are none */
        canvas_wrap(c, canvas_area(c),
                    count > 0 ? SLICE("There are too many places for this screen.")
                              : SLICE("No letter has come to anybody who reads on a device."),
                    INK_DIM);
        return;
    }
    draw_heads(l, columns, count, label, w, c);
    for (int y = 2; y < c->h; y++) {
        size_t row = l->scroll + (size_t)(y - 2);
        if (row >= l->letter_count) {
            break;
        }
        const struct lab_letter *letter = &l->letters[row];
        canvas_text_max(c, 0, y, label - 1,
                        letter->subject.len > 0 ? letter->subject : letter->name, INK_TEXT);
        for (size_t i = 0; i < count; i++) {
            buf_clear(&text);
            enum ink ink =
                state_of(&l->sides[columns[i].side], columns[i].place, letter->name, &text);
            canvas_text_max(c, label + (int)i * w, y, w - 1, buf_slice(&text), ink);
        }
    }
    buf_deinit(&text);
}

/* ---- what was measured, at the end of the runs */

/* Of the widest number or name; what it takes, the labels lack. */
static int measured_wide(const struct lab *l, int most)
{
    struct buf text = { 0 };
    int w = 0;
    for (size_t i = 0; i < l->count; i++) {
        int name = text_width(l->sides[i].run->name);
        w = name > w ? name : w;
        for (size_t r = 0; r < l->compare->row_count; r++) {
            buf_clear(&text);
            compare_cell_text(&l->compare->rows[r], i, &text);
            int cell = text_width(buf_slice(&text));
            w = cell > w ? cell : w;
        }
    }
    buf_deinit(&text);
    return w < most ? w : most;
}

/* Numbers stand below each other by their last digit.  end: just right of it. */
static void draw_number(struct canvas *c, int end, int y, int w, slice text, enum ink ink)
{
    int wide = text_width(text);
    canvas_text_max(c, end - (wide < w ? wide : w), y, w, text, ink);
}

/* The nth row of the table.  Whoever changed one thing looks for what came of it: that comes
 * first. */
static const struct compare_row *measured_row(const struct lab *l, size_t n)
{
    const struct compare *compare = l->compare;
    for (int differs = 1; l->within && differs >= 0; differs--) {
        for (size_t i = 0; i < compare->row_count; i++) {
            const struct compare_row *row = &compare->rows[i];
            if (compare_differs(compare, row) == (differs == 1) && n-- == 0) {
                return row;
            }
        }
    }
    return &compare->rows[n];
}

/* brief: "reading (pop3, imap)" is "reading" where the table has no room for all. */
static void put_label(const struct compare_row *row, bool brief, struct buf *out)
{
    buf_clear(out);
    buf_add(out,
            brief ? slice_sub(row->group, 0, slice_find(row->group, SLICE(" ("))) : row->group);
    buf_addz(out, ": ");
    buf_add(out, row->label);
}

/* In all rows or in none: what is alike looks alike. */
static bool labels_fit(const struct compare *compare, int w, struct buf *scratch)
{
    bool fit = true;
    for (size_t i = 0; i < compare->row_count; i++) {
        put_label(&compare->rows[i], false, scratch);
        fit = fit && text_width(buf_slice(scratch)) <= w;
    }
    return fit;
}

static void draw_measured(const struct lab *l, struct canvas *c)
{
    const struct compare *compare = l->compare;
    struct buf text = { 0 };
    int w = measured_wide(l, (c->w - 40) / (int)l->count - 2);
    int label = c->w - (w + 2) * (int)l->count;
    if (!lab_is_measured(l)) {
        canvas_wrap(c, canvas_area(c),
                    lab_is_made(l) ? SLICE("The runs are being measured.")
                                   : SLICE("The runs are still being made: what is measured in "
                                           "them is known at their end."),
                    INK_DIM);
        return;
    }
    bool brief = !labels_fit(compare, label - 2, &text);
    canvas_textz(c, 0, 0, "measured in the whole run", INK_DIM);
    for (size_t i = 0; i < l->count; i++) {
        draw_number(c, label + (w + 2) * (int)(i + 1), 0, w, l->sides[i].run->name, INK_TITLE);
    }
    for (int y = 1; y < c->h && l->scroll + (size_t)y - 1 < compare->row_count; y++) {
        const struct compare_row *row = measured_row(l, l->scroll + (size_t)y - 1);
        bool differs = compare_differs(compare, row);
        put_label(row, brief, &text);
        canvas_text_ends(c, 0, y, label - 2, buf_slice(&text), differs ? INK_TEXT : INK_DIM);
        canvas_put(c, label - 1, y, differs ? '*' : ' ', INK_WARN);
        for (size_t i = 0; i < l->count; i++) {
            buf_clear(&text);
            compare_cell_text(row, i, &text);
            draw_number(c, label + (w + 2) * (int)(i + 1), y, w, buf_slice(&text),
                        differs ? INK_TEXT : INK_DIM);
        }
    }
    buf_deinit(&text);
}

/* ---- the whole */

static void draw_lower(const struct lab *l, struct rect frame, struct canvas *c)
{
    canvas_box(c, frame, INK_BORDER);
    struct canvas inside = canvas_sub(c, rect_inset(frame, 2, 1));
    if (l->numbers) {
        draw_measured(l, &inside);
    } else {
        draw_letters(l, &inside);
    }
}

/* Half of the screen; what a short table of letters does not need is for the runs. */
int lab_upper(const struct lab *l)
{
    const int half = (l->h - 1) / 2, around = 5; /* borders, two lines of heads, and air */
    int needed = l->letter_count < (size_t)half ? (int)l->letter_count + around : l->h;
    return !l->numbers && l->h - needed > half ? l->h - needed : half;
}

void lab_draw(const struct lab *l, struct canvas *c)
{
    canvas_clear(c);
    if (c->w < LAYOUT_W_MIN || c->h < LAYOUT_H_MIN) {
        canvas_wrap(c, canvas_area(c),
                    SLICE("mailflow needs at least 40 x 10 characters. q quits."), INK_TEXT);
        return;
    }
    size_t shown = lab_shown(l);
    int upper = lab_upper(l), x = 0;
    draw_header(l, c);
    for (size_t i = 0; i < shown; i++) { /* neighbours share a line */
        int end = (c->w - 1) * (int)(i + 1) / (int)shown;
        draw_side(&l->sides[l->first + i], (struct rect){ x, 1, end - x + 1, upper },
                  story_rows(l, upper - 2), c);
        x = end;
    }
    draw_lower(l, (struct rect){ 0, upper, c->w, c->h - upper }, c);
    draw_keys(l, c, c->h - 1);
    if (l->title_page) {
        lab_title_page(l, c);
    }
    if (l->help != LAB_HELP_CLOSED) {
        lab_help(l, c);
    }
}
