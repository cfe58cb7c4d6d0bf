/* boxes.c - which message is where: a row a message, a column a device or a mailbox, in each cell
 * how it stands there; what differs from the server's mailbox is marked.  Below it, in full, the
 * message that is selected, or that moved last.
 * Draws what ui/places.h has gathered; keeps nothing but what a person selected. */
#include "ui/places.h"

#include "ui/panes/hints.h"
#include "ui/words.h"

#include <assert.h>

#define TITLE_MIN 8 /* columns of the subject */
#define CELL_MIN  6
#define CELL_MAX  14
#define MARK      1 /* a column in front of each cell: does it differ? */

struct boxes {
    uint32_t picked; /* letter + 1; 0: follow */
};

static slice letter_title(const struct cast *c, uint32_t letter)
{
    slice subject = cast_letter_line(c, letter, 2);
    return subject.len ? subject : trace_name_of(c->trace, c->letters[letter].name);
}

/* ---- what stands in a cell */

/* RFC 9051 2.3.2: as a word where it stands alone, else as a letter. */
static const struct flag {
    uint32_t bit;
    char letter;
    const char *word;
} flags[] = {
    { 2, 'A', "answered" }, { 4, 'F', "flagged" }, { 8, 'D', "deleted" }, { 16, 'T', "draft" }
};

static void add_flags(uint32_t set, bool words, struct buf *out)
{
    buf_addz(out, set & 1 ? "seen" : "new");
    for (size_t i = 0, first = 1; i < COUNT(flags); i++) {
        if (set & flags[i].bit && words) {
            buf_addz(out, ", ");
            buf_addz(out, flags[i].word);
        } else if (set & flags[i].bit) {
            buf_addz(out, first ? " " : "");
            buf_byte(out, flags[i].letter);
            first = 0;
        }
    }
}

/* In a table the inbox need not be named. */
static void say_cell(const struct place_cell *cell, struct buf *out)
{
    static const char *const words[] = {
        [AT_NEVER] = "·",   [AT_GONE] = "gone", [AT_PASSED] = "→", [AT_WAITS] = "waits",
        [AT_SENT] = "sent", [AT_LISTED] = "",   [AT_KEPT] = ""
    };
    buf_addz(out, words[cell->what]);
    if (cell->what == AT_WAITS && cell->copy->place == PLACE_QUEUE) {
        buf_clear(out);
        buf_addz(out, "queue");
    }
    if (cell->what < AT_LISTED) {
        return;
    }
    if (!slice_eq_nocase(cell->folder, SLICE("INBOX"))) {
        buf_add(out, cell->folder);
        buf_byte(out, ' ');
    }
    add_flags(cell->flags, false, out);
    buf_addz(out, cell->what == AT_LISTED ? " …" : "");
    if (cell->more) {
        buf_addz(out, " +");
        fmt_u64(out, cell->more);
    }
}

static enum ink ink_of(const struct place_cell *cell)
{
    static const enum ink inks[] = {
        [AT_NEVER] = INK_DIM, [AT_GONE] = INK_DIM,    [AT_PASSED] = INK_DIM, [AT_WAITS] = INK_WARN,
        [AT_SENT] = INK_DIM,  [AT_LISTED] = INK_TEXT, [AT_KEPT] = INK_LETTER
    };
    return cell->differs ? INK_WARN : inks[cell->what];
}

/* ---- how it is divided */

struct table {
    struct places places;
    struct place_cell cells[PLACES_MAX]; /* of the row at hand */
    size_t shown[PLACES_MAX], columns;   /* places that have a column */
    int title, cell;                     /* widths */
    int heads;                           /* lines of the heading */
    int rows, detail, top;               /* lines of messages, of the detail; the first message */
    size_t row;                          /* the message that is selected or moved last, or count */
};

static size_t find_letter(const struct places *p, uint32_t letter)
{
    size_t i = 0;
    while (i < p->letter_count && p->letters[i] != letter) {
        i++;
    }
    return i;
}

static bool shares_host(const struct places *p, size_t place)
{
    for (size_t i = 0; i < p->count; i++) {
        if (i != place && p->list[i].host == p->list[place].host) {
            return true;
        }
    }
    return false;
}

/* What was picked on the map stands first; then whoever has most, where not all have room. */
static void choose_columns(struct table *t, const struct stage *st, size_t room)
{
    bool in[PLACES_MAX] = { false };
    const struct places *p = &t->places;
    for (size_t n = 0; n < room && n < p->count; n++) {
        size_t best = p->count;
        for (size_t i = 0; i < p->count; i++) {
            bool chosen = st->chosen && p->list[i].host == st->chosen;
            bool was = best < p->count && st->chosen && p->list[best].host == st->chosen;
            bool better = best == p->count || (chosen && !was) ||
                          (chosen == was && p->list[i].letters > p->list[best].letters);
            best = !in[i] && better ? i : best;
        }
        in[best] = true;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (in[i]) {
            t->shown[t->columns++] = i;
            t->heads = shares_host(p, i) && p->list[i].owner.len ? 3 : t->heads;
        }
    }
}

static int widest(int so_far, int one, int most)
{
    one = one > most ? most : one;
    return one > so_far ? one : so_far;
}

/* Widths follow the messages in sight and those near them. */
static void divide(struct table *t, const struct stage *st, int w, int h)
{
    const size_t near = 100;
    const struct cast *cast = st->model->cast;
    int room = (w - TITLE_MIN) / (CELL_MIN + MARK), title = TITLE_MIN, cell = CELL_MIN;
    t->heads = 2;
    choose_columns(t, st, room > 0 ? (size_t)room : 0);
    struct buf b;
    buf_init(&b);
    size_t from = t->row > near ? t->row - near : 0;
    for (size_t i = from; i < t->places.letter_count && i < from + 2 * near; i++) {
        places_row(&t->places, t->places.letters[i], t->cells);
        title = widest(title, text_width(letter_title(cast, t->places.letters[i])) + 1, w / 2);
        for (size_t k = 0; k < t->columns; k++) {
            buf_clear(&b);
            say_cell(&t->cells[t->shown[k]], &b);
            cell = widest(cell, text_width(buf_slice(&b)), CELL_MAX);
        }
    }
    buf_deinit(&b);
    int columns = (int)t->columns;
    int most = columns ? (w - TITLE_MIN) / columns - MARK : 0;
    t->cell = cell < most ? cell : most;
    int left = w - columns * (t->cell + MARK);
    if (columns && left > title + columns) { /* names of hosts want more than that */
        int more = (left - title) / columns;
        t->cell = t->cell + more < CELL_MAX + 4 ? t->cell + more : CELL_MAX + 4;
        left = w - columns * (t->cell + MARK);
    }
    t->title = left;
    int lines = hints_above(h) - t->heads, count = (int)t->places.letter_count;
    int list = count < lines / 2 ? count : lines / 2; /* at least */
    t->detail = (int)t->places.count + 2;
    t->detail = lines >= 6 ? (t->detail < lines - list ? t->detail : lines - list) : 0;
    t->rows = lines - t->detail;
}

static void table_init(struct table *t, const struct boxes *own, const struct stage *st, int w,
                       int h)
{
    *t = (struct table){ 0 };
    places_read(&t->places, st->model, st->chosen);
    uint32_t wanted = own->picked ? own->picked : st->model->now.letter;
    t->row = wanted ? find_letter(&t->places, wanted - 1) : t->places.letter_count;
    divide(t, st, w, h);
    int count = (int)t->places.letter_count, last = count > t->rows ? count - t->rows : 0;
    t->top = t->row < t->places.letter_count ? (int)t->row - t->rows / 2 : last;
    t->top = t->top < 0 ? 0 : t->top > last ? last : t->top;
}

/* ---- drawing */

/* "alice-" over "laptop", "mail." over "example.net"; whole where it fits. */
static void draw_head(const struct table *t, const struct place *p, int x, const struct stage *st,
                      struct canvas *c)
{
    slice name = cast_host_name(st->model->cast, p->host), rest = name;
    enum ink ink = st->chosen == p->host ? INK_FOCUS : INK_TITLE;
    if (text_width(name) > t->cell) {
        size_t cut = 0;
        while (cut < name.len && name.ptr[cut] != '-' && name.ptr[cut] != '.') {
            cut++;
        }
        if (cut + 1 < name.len) {
            canvas_text_max(c, x, 0, t->cell, slice_sub(name, 0, cut + 1), ink);
            rest = slice_from(name, cut + 1);
        }
    }
    canvas_text_ends(c, x, 1, t->cell, rest, ink);
    if (t->heads > 2) {
        canvas_text_max(c, x, 2, t->cell, p->owner, INK_DIM);
    }
}

static void draw_heads(const struct table *t, const struct stage *st, struct canvas *c)
{
    canvas_textz(c, 0, t->heads - 1, "message", INK_DIM);
    if (t->columns < t->places.count) {
        struct buf b;
        buf_init(&b);
        buf_byte(&b, '+');
        fmt_u64(&b, t->places.count - t->columns);
        buf_addz(&b, t->places.count - t->columns == 1 ? " place" : " places");
        canvas_text_max(c, 0, 0, t->title - 1, buf_slice(&b), INK_DIM);
        buf_deinit(&b);
    }
    for (size_t i = 0; i < t->columns; i++) {
        int x = t->title + (int)i * (t->cell + MARK) + MARK;
        draw_head(t, &t->places.list[t->shown[i]], x, st, c);
    }
}

static void draw_row(struct table *t, const struct stage *st, size_t row, bool picked,
                     struct canvas *c, int y)
{
    uint32_t letter = t->places.letters[row];
    bool newest = letter + 1 == st->model->now.letter;
    struct buf b;
    places_row(&t->places, letter, t->cells);
    canvas_text_max(c, 0, y, t->title - 1, letter_title(st->model->cast, letter),
                    newest ? INK_TITLE : INK_TEXT);
    buf_init(&b);
    for (size_t i = 0; i < t->columns; i++) {
        const struct place_cell *cell = &t->cells[t->shown[i]];
        int x = t->title + (int)i * (t->cell + MARK);
        buf_clear(&b);
        say_cell(cell, &b);
        canvas_put(c, x, y, cell->differs ? 0x2260 : ' ', INK_WARN);
        canvas_text_max(c, x + MARK, y, t->cell, buf_slice(&b), ink_of(cell));
    }
    buf_deinit(&b);
    if (picked) {
        canvas_ink(c, (struct rect){ 0, y, c->w, 1 }, INK_SELECT);
    }
}

/* The same in full: "INBOX, number 3: seen, flagged". */
static void say_place(const struct place_cell *cell, struct buf *out)
{
    static const char *const words[] = { [AT_NEVER] = "not here",
                                         [AT_GONE] = "no longer here",
                                         [AT_PASSED] = "passed on",
                                         [AT_WAITS] = "not sent yet",
                                         [AT_SENT] = "sent from here",
                                         [AT_LISTED] = "",
                                         [AT_KEPT] = "" };
    assert(cell->copy || cell->what == AT_NEVER);
    bool queued = cell->what == AT_WAITS && cell->copy->place == PLACE_QUEUE;
    buf_addz(out, queued ? "in the queue" : words[cell->what]);
    if (cell->what < AT_LISTED) {
        return;
    }
    buf_add(out, cell->folder);
    if (cell->copy->uid) {
        buf_addz(out, " no. ");
        fmt_u64(out, cell->copy->uid);
    }
    buf_addz(out, ": ");
    add_flags(cell->flags, true, out);
    buf_addz(out, cell->what == AT_LISTED ? ", header only" : "");
    if (cell->more) {
        buf_addz(out, ", +");
        fmt_u64(out, cell->more);
        buf_addz(out, cell->more == 1 ? " copy" : " copies");
    }
}

static int names_width(const struct table *t, const struct stage *st, int most)
{
    int w = 0;
    for (size_t i = 0; i < t->places.count; i++) {
        int one = text_width(cast_host_name(st->model->cast, t->places.list[i].host));
        w = widest(w, one + (t->heads > 2 ? 6 : 0), most);
    }
    return w;
}

static void draw_place(const struct table *t, const struct stage *st, size_t i, int names,
                       struct canvas *c, int y)
{
    const struct place *p = &t->places.list[i];
    const struct place_cell *cell = &t->cells[i];
    struct buf b;
    buf_init(&b);
    buf_add(&b, cast_host_name(st->model->cast, p->host));
    if (shares_host(&t->places, i) && p->owner.len) {
        buf_byte(&b, ' ');
        buf_add(&b, p->owner);
    }
    canvas_put(c, 0, y, cell->differs ? 0x2260 : ' ', INK_WARN);
    canvas_text_ends(c, 2, y, names, buf_slice(&b), cell->copy ? INK_TEXT : INK_DIM);
    buf_clear(&b);
    say_place(cell, &b);
    canvas_text_max(c, 3 + names, y, c->w - 3 - names, buf_slice(&b), ink_of(cell));
    buf_deinit(&b);
}

static void draw_detail(struct table *t, const struct stage *st, struct canvas *c)
{
    int y = 0, names = names_width(t, st, c->w * 2 / 5);
    uint32_t letter = t->places.letters[t->row];
    canvas_hline(c, 0, y, c->w, 0x2508, INK_BORDER);
    canvas_put(c, 0, ++y, 0x2709, INK_LETTER);
    canvas_text_max(c, 2, y++, c->w - 2, letter_title(st->model->cast, letter), INK_TITLE);
    places_row(&t->places, letter, t->cells);
    for (int ever = 1; ever >= 0; ever--) { /* those who never had it last */
        for (size_t i = 0; i < t->places.count && y < c->h; i++) {
            bool here = t->cells[i].what != AT_NEVER || t->cells[i].differs;
            if (here == (ever == 1)) {
                draw_place(t, st, i, names, c, y++);
            }
        }
    }
}

static void boxes_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    static const char *const hints[] = { "↑↓ message", "enter its last move", "≠ differs",
                                         "esc follow", NULL };
    static const char *const following[] = { "↑↓ message", "≠ differs from the server", NULL };
    struct canvas inset = pane_padded(whole), *c = &inset;
    const struct boxes *own = p->own;
    struct table t;
    table_init(&t, own, st, c->w, c->h);
    if (t.places.letter_count == 0) {
        canvas_wrap(c, canvas_area(c),
                    st->chosen ? SLICE("No message has been here.\n\nA click beside the hosts of "
                                       "the map shows all places.")
                               : SLICE("There is no message yet."),
                    INK_DIM);
        places_deinit(&t.places);
        return;
    }
    draw_heads(&t, st, c);
    for (int i = 0; i < t.rows && (size_t)t.top + (size_t)i < t.places.letter_count; i++) {
        size_t row = (size_t)t.top + (size_t)i;
        bool picked = own->picked && row == t.row;
        draw_row(&t, st, row, picked, c, t.heads + i);
        if (picked) {
            canvas_put(whole, 0, t.heads + i, 0x25B8, INK_TITLE);
        }
    }
    if (t.detail && t.row < t.places.letter_count) {
        int count = (int)t.places.letter_count, air = count < t.rows;
        int y = t.heads + (count < t.rows ? count : t.rows) + air;
        struct canvas d = canvas_sub(c, (struct rect){ 0, y, c->w, t.detail });
        draw_detail(&t, st, &d);
    }
    hints_draw(c, st, own->picked ? hints : following);
    places_deinit(&t.places);
}

/* ---- what a person does */

/* To the last thing that happened to it: what put its newest copy there. */
static void choose(struct pane *p, const struct stage *st, uint32_t letter)
{
    struct boxes *own = p->own;
    uint32_t newest = model_newest(st->model, letter);
    if (newest) {
        p->wish = model_copy(st->model, newest - 1)->record;
        own->picked = 0;
    }
}

static bool boxes_act(struct pane *p, const struct stage *st, enum action a)
{
    static const int steps[ACTION_COUNT] = {
        [ACTION_UP] = -1, [ACTION_DOWN] = 1, [ACTION_PAGE_UP] = -10, [ACTION_PAGE_DOWN] = 10
    };
    struct boxes *own = p->own;
    struct places places;
    bool mine = steps[a] != 0 || (a == ACTION_CHOOSE && own->picked);
    if (a == ACTION_CANCEL && own->picked) {
        own->picked = 0;
        return true;
    }
    if (!mine) {
        return false;
    }
    places_read(&places, st->model, st->chosen);
    uint32_t now = own->picked ? own->picked : st->model->now.letter;
    size_t at = now ? find_letter(&places, now - 1) : places.letter_count;
    size_t step = (size_t)(steps[a] < 0 ? -steps[a] : steps[a]), count = places.letter_count;
    if (count == 0) {
        mine = false;
    } else if (a == ACTION_CHOOSE) {
        choose(p, st, own->picked - 1);
    } else {
        if (own->picked && at < count) {
            at = steps[a] < 0 ? (at > step ? at - step : 0) : at + step;
        }
        own->picked = places.letters[at < count ? at : count - 1] + 1;
    }
    places_deinit(&places);
    return mine;
}

static bool boxes_click(struct pane *p, const struct stage *st, int x, int y, int w, int h)
{
    struct boxes *own = p->own;
    struct table t;
    (void)x;
    table_init(&t, own, st, w - 2, h);
    size_t row = (size_t)(t.top + y - t.heads);
    bool hit = !st->drag && y >= t.heads && y < t.heads + t.rows && row < t.places.letter_count;
    if (hit && own->picked == t.places.letters[row] + 1) {
        choose(p, st, t.places.letters[row]);
    } else if (hit) {
        own->picked = t.places.letters[row] + 1;
    }
    places_deinit(&t.places);
    return hit;
}

static void boxes_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    struct places places;
    (void)p;
    places_read(&places, st->model, st->chosen);
    size_t differing = places_differing(&places);
    if (st->chosen) {
        buf_add(out, cast_host_name(st->model->cast, st->chosen));
        buf_addz(out, ": ");
    }
    fmt_u64(out, places.letter_count);
    buf_addz(out, places.letter_count == 1 ? " message" : " messages");
    if (differing) {
        buf_addz(out, ", ");
        fmt_u64(out, differing);
        buf_addz(out, differing == 1 ? " differs" : " differ");
    }
    places_deinit(&places);
}

const struct pane_ops pane_boxes = {
    .name = "Boxes",
    .doc = "which message is where, and what differs (≠)",
    .keys = "enter: to what put it there; ≠ not as on the server",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct boxes),
    .draw = boxes_draw,
    .act = boxes_act,
    .click = boxes_click,
    .caption = boxes_caption,
};
