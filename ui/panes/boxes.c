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

static void add_marks(const struct model_copy *copy, struct buf *out)
{
    buf_addz(out, copy->listed ? "listed" : "");
    add_flags(copy->flags, out);
}

static slice place_of(const struct cast *c, const struct model_copy *copy)
{
    slice name = trace_name_of(c->trace, copy->mailbox);
    if (copy->mailbox == 0) {
        return slice_of(model_place_name(copy->place));
    }
    /* where only one person's folders are, nobody asks whose */
    const struct cast_host *h = cast_host(c, copy->host);
    size_t slash = slice_find_byte(name, '/');
    return h && h->people == 1 && slash != SLICE_NONE ? slice_from(name, slash + 1) : name;
}

/* Where the columns begin: letter, host, place, flags; what the others need, the letter gives. */
struct columns {
    int letter, host, place, flags;
};

static int widest(int so_far, int one, int most)
{
    one = one > most ? most : one;
    return one > so_far ? one : so_far;
}

static struct columns columns_of(const struct stage *st, int w)
{
    const struct cast *cast = st->model->cast;
    int host = 5, place = 2, flags = 0;
    struct buf b;
    buf_init(&b);
    for (size_t i = 0; i < model_copies(st->model); i++) {
        const struct model_copy *copy = model_copy(st->model, i);
        if (copy->gone) {
            continue;
        }
        buf_clear(&b);
        add_marks(copy, &b);
        host = widest(host, text_width(cast_host_name(cast, copy->host)), w / 3);
        place = widest(place, text_width(place_of(cast, copy)), w / 4);
        flags = widest(flags, text_width(buf_slice(&b)), w / 5);
    }
    buf_deinit(&b);
    int at_flags = w - (flags ? flags : -1), at_place = at_flags - place - 1;
    return (struct columns){ 0, at_place - host - 1, at_place, at_flags };
}

static void draw_row(const struct stage *st, const struct model_copy *copy, struct columns x,
                     struct canvas *c, int y)
{
    const struct cast *cast = st->model->cast;
    bool newest = copy->record == st->model->now.hop;
    enum ink ink = copy->place == PLACE_QUEUE  ? INK_WARN
                   : copy->place == PLACE_SENT ? INK_DIM
                                               : INK_LETTER;
    struct buf b;
    buf_init(&b);
    canvas_text_max(c, x.letter, y, x.host - x.letter - 1, letter_title(cast, copy->letter),
                    newest ? INK_TITLE : INK_TEXT);
    canvas_text_max(c, x.host, y, x.place - x.host - 1, cast_host_name(cast, copy->host), INK_TEXT);
    canvas_text_ends(c, x.place, y, x.flags - x.place - 1, place_of(cast, copy), ink);
    add_marks(copy, &b);
    canvas_text_max(c, x.flags, y, c->w - x.flags, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

static void boxes_draw(const struct pane *p, const struct stage *st, struct canvas *whole)
{
    struct canvas inset = pane_padded(whole), *c = &inset;
    const struct boxes *own = p->own;
    struct columns x = columns_of(st, c->w);
    size_t here = 0;
    for (size_t i = 0; i < model_copies(st->model); i++) {
        here += !model_copy(st->model, i)->gone;
    }
    if (here == 0) {
        canvas_wrap(c, canvas_area(c), SLICE("There is no letter yet."), INK_DIM);
        return;
    }
    canvas_text_max(c, x.letter, 0, x.host - x.letter - 1, SLICE("letter"), INK_DIM);
    canvas_textz(c, x.host, 0, "is at", INK_DIM);
    canvas_textz(c, x.place, 0, "in", INK_DIM);
    canvas_text_max(c, x.flags, 0, c->w - x.flags, SLICE("marks"), INK_DIM);
    size_t rows = c->h > 1 ? (size_t)c->h - 1 : 0;
    size_t last = here > rows ? here - rows : 0, up = (size_t)own->up;
    size_t skip = up < last ? last - up : 0, drawn = 0;
    for (size_t i = 0; i < model_copies(st->model) && drawn < rows; i++) {
        const struct model_copy *copy = model_copy(st->model, i);
        if (copy->gone || skip > 0) {
            skip -= !copy->gone;
            continue;
        }
        draw_row(st, copy, x, c, 1 + (int)drawn++);
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
