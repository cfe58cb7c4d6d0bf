/* boxes.c - where is each letter now: a row a copy, by device and server, with its flags. */
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/words.h"

struct boxes {
    int up; /* rows scrolled from the newest; 0: follow */
};

static slice letter_title(const struct cast *c, uint32_t letter)
{
    slice subject = cast_letter_line(c, letter, 2);
    return subject.len ? subject : trace_name_of(c->trace, c->letters[letter].name);
}

/* One letter a flag, as mail people write them; RFC 9051 2.3.2. */
static void add_flags(uint32_t flags, struct buf *out)
{
    static const struct {
        uint32_t bit;
        const char *word;
    } names[] = {
        { 1, "seen" }, { 2, "answered" }, { 4, "flagged" }, { 8, "deleted" }, { 16, "draft" }
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (flags & names[i].bit) {
            buf_addz(out, out->len ? " " : "");
            buf_addz(out, names[i].word);
        }
    }
}

static void add_place(const struct cast *c, const struct model_copy *copy, struct buf *out)
{
    if (copy->mailbox) {
        buf_add(out, trace_name_of(c->trace, copy->mailbox));
    } else {
        buf_addz(out, model_place_name(copy->place));
    }
}

/* Columns: letter, host, place, flags; the last gives way first. */
struct columns {
    int letter, host, place, flags;
};
static struct columns columns_of(int w)
{
    struct columns x = { 0, w * 28 / 100, w * 56 / 100, w * 86 / 100 };
    return x;
}

static void draw_row(const struct stage *st, const struct model_copy *copy, struct canvas *c, int y)
{
    const struct cast *cast = st->model->cast;
    struct columns x = columns_of(c->w);
    bool newest = copy->record == st->model->now.hop;
    enum ink ink = copy->place == PLACE_QUEUE  ? INK_WARN
                   : copy->place == PLACE_SENT ? INK_DIM
                                               : INK_LETTER;
    struct buf b;
    buf_init(&b);
    canvas_text_max(c, x.letter, y, x.host - x.letter - 1, letter_title(cast, copy->letter),
                    newest ? INK_TITLE : INK_TEXT);
    canvas_text_max(c, x.host, y, x.place - x.host - 1, cast_host_name(cast, copy->host), INK_TEXT);
    add_place(cast, copy, &b);
    canvas_text_max(c, x.place, y, x.flags - x.place - 1, buf_slice(&b), ink);
    buf_clear(&b);
    add_flags(copy->flags, &b);
    canvas_text_max(c, x.flags, y, c->w - x.flags, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static void boxes_draw(const struct pane *p, const struct stage *st, struct canvas *c)
{
    const struct boxes *own = p->own;
    struct columns x = columns_of(c->w);
    size_t here = 0;
    for (size_t i = 0; i < model_copies(st->model); i++) {
        here += !model_copy(st->model, i)->gone;
    }
    if (here == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("There is no letter yet."), INK_DIM);
        return;
    }
    canvas_textz(c, x.letter, 0, "letter", INK_DIM);
    canvas_textz(c, x.host, 0, "is at", INK_DIM);
    canvas_textz(c, x.place, 0, "in", INK_DIM);
    canvas_textz(c, x.flags, 0, "marks", INK_DIM);
    size_t rows = c->h > 1 ? (size_t)c->h - 1 : 0;
    size_t last = here > rows ? here - rows : 0, up = (size_t)own->up;
    size_t skip = up < last ? last - up : 0, drawn = 0;
    for (size_t i = 0; i < model_copies(st->model) && drawn < rows; i++) {
        const struct model_copy *copy = model_copy(st->model, i);
        if (copy->gone || skip > 0) {
            skip -= !copy->gone;
            continue;
        }
        draw_row(st, copy, c, 1 + (int)drawn++);
    }
}

static bool boxes_act(struct pane *p, const struct stage *st, enum action a)
{
    struct boxes *own = p->own;
    int by = a == ACTION_UP ? 1 : a == ACTION_DOWN ? -1 : a == ACTION_PAGE_UP ? 10 : -10;
    int most = (int)model_copies(st->model);
    if (a != ACTION_UP && a != ACTION_DOWN && a != ACTION_PAGE_UP && a != ACTION_PAGE_DOWN) {
        return false;
    }
    own->up += by;
    own->up = own->up < 0 ? 0 : own->up > most ? most : own->up;
    return true;
}

const struct pane_ops pane_boxes = {
    .name = "Boxes",
    .doc = "where each letter is now, on devices and servers",
    .place = PANE_SIDE,
    .depth = DEPTH_TALK,
    .size = sizeof(struct boxes),
    .draw = boxes_draw,
    .act = boxes_act,
};
