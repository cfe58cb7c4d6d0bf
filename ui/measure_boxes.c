/* measure_boxes.c - where the letters of each person lie, place by place: what the places hold in
 * the end, what they never agreed on and for how long, what a lost device took with it.
 * A place is a device of a person, or a server that keeps a mailbox for one who has a device.
 * Never knows who carries a letter from one to the other. */
#include "ui/measure_fold.h"

#include "sim/base/mem.h"

#include <string.h>

/* ---- who and where */

static uint32_t person_of(struct fold *f, uint32_t address)
{
    for (uint32_t i = 0; i < f->persons.count; i++) {
        if (slice_eq_nocase(trace_name_of(f->t, person_at(f, i)->address),
                            trace_name_of(f->t, address))) {
            return i;
        }
    }
    return NOWHERE;
}

/* Devices are told before mailboxes: a person without one is of no interest. */
static void on_person(struct fold *f, const struct trace_rec *r)
{
    struct measure *m = f->m;
    uint32_t person = person_of(f, r->a);
    if (person == NOWHERE && r->b != 1) {
        return;
    }
    if (person == NOWHERE) {
        person = (uint32_t)f->persons.count;
        *(struct person *)vec_push(&f->persons) = (struct person){ .address = r->a };
        m->persons = mem_grow(m->persons, m->person_count, &m->person_cap, sizeof *m->persons);
        m->persons[m->person_count++] =
            (struct measure_person){ .address = trace_name_of(f->t, r->a) };
    }
    struct person *p = person_at(f, person);
    if (p->places == PLACES_MAX) {
        return;
    }
    struct place *place = vec_push(&f->places);
    *place = (struct place){ .actor = r->actor,
                             .person = person,
                             .name = *(uint32_t *)vec_at(&f->hosts, r->actor),
                             .bit = UINT64_C(1) << p->places++,
                             .server = r->b != 1,
                             .there = *(uint8_t *)vec_at(&f->starts, r->actor) != LATER };
    p->there |= place->there ? place->bit : 0;
}

/* "bob/INBOX" or "bob@example.net/INBOX" at a server, the latter at a device. */
static bool owns(const struct fold *f, const struct place *p, slice owner)
{
    slice address = trace_name_of(f->t, person_at(f, p->person)->address), whole = address;
    return !p->server || slice_eq_nocase(owner, whole) ||
           slice_eq_nocase(owner, slice_cut(&address, '@'));
}

static uint32_t folder_id(struct fold *f, slice name)
{
    return intern_id(&f->folders, slice_eq_nocase(name, SLICE("INBOX")) ? SLICE("INBOX") : name);
}

static struct spot *spot_of(struct fold *f, uint32_t actor, uint32_t name)
{
    for (uint32_t i = f->spot_of[name]; i > 0; i = spot_at(f, i - 1)->next) {
        if (spot_at(f, i - 1)->actor == actor) {
            return spot_at(f, i - 1);
        }
    }
    slice folder = trace_name_of(f->t, name), owner = slice_cut(&folder, '/');
    struct spot *s = vec_push(&f->spots);
    *s = (struct spot){ .actor = actor, .place = NOWHERE, .next = f->spot_of[name] };
    for (uint32_t i = 0; i < f->places.count && s->place == NOWHERE; i++) {
        if (place_at(f, i)->actor == actor && owns(f, place_at(f, i), owner)) {
            s->place = i;
        }
    }
    s->folder = folder_id(f, folder);
    f->spot_of[name] = (uint32_t)f->spots.count;
    return s;
}

/* ---- agreement */

static void count_apart(struct fold *f, uint64_t *count, sim_time *since, sim_time *total, bool was,
                        bool is)
{
    *count += is;
    *count -= was;
    if (is && !was && *count == 1) {
        *since = f->now;
    } else if (was && !is && *count == 0) {
        *total += f->now - *since;
    }
}

/* Somebody has it and somebody has not; or some have read it and others have not. */
static void item_compare(struct fold *f, struct item *i)
{
    struct person *p = person_at(f, i->person);
    struct measure_person *total = &f->m->persons[i->person];
    uint64_t here = i->here & p->there, read = i->read & here;
    bool apart = here != 0 && here != p->there, apart_read = read != 0 && read != here;
    count_apart(f, &p->apart, &p->apart_since, &total->apart_for, i->apart, apart);
    count_apart(f, &p->apart_read, &p->apart_read_since, &total->apart_read_for, i->apart_read,
                apart_read);
    i->apart = apart;
    i->apart_read = apart_read;
}

static uint32_t item_of(struct fold *f, uint32_t letter, uint32_t person, uint32_t folder)
{
    for (uint32_t i = f->item_of[letter]; i > 0; i = item_at(f, i - 1)->next) {
        if (item_at(f, i - 1)->person == person && item_at(f, i - 1)->folder == folder) {
            return i - 1;
        }
    }
    *(struct item *)vec_push(&f->items) = (struct item){ .letter = letter,
                                                         .person = person,
                                                         .folder = folder,
                                                         .next = f->item_of[letter],
                                                         .stored = SIM_FOREVER };
    f->item_of[letter] = (uint32_t)f->items.count;
    return f->item_of[letter] - 1;
}

/* What the copies in this place make of it. */
static void item_look(struct fold *f, uint32_t item, uint32_t place)
{
    struct item *i = item_at(f, item);
    uint64_t bit = place_at(f, place)->bit;
    i->here &= ~bit;
    i->read &= ~bit;
    for (uint32_t c = f->copy_of[i->letter]; c > 0; c = copy_at(f, c - 1)->next) {
        const struct copy *copy = copy_at(f, c - 1);
        if (!copy->gone && copy->item == item && copy->place == place) {
            i->here |= bit;
            i->read |= copy->flags & SEEN ? bit : 0;
        }
    }
    item_compare(f, i);
}

/* ---- letters come and go */

static bool is_it(const struct copy *c, uint32_t place, uint32_t item, uint32_t uid)
{
    return !c->gone && c->place == place && c->item == item &&
           (c->uid == uid || c->uid == 0 || uid == 0); /* a UID that is not known may be any */
}

static void note_arrival(struct fold *f, struct item *i, struct place *p)
{
    static const char inbox[] = "INBOX";
    bool is_inbox = slice_eq(intern_name(&f->folders, i->folder), slice_of(inbox));
    if (p->server && i->stored == SIM_FOREVER) {
        i->stored = f->now;
    } else if (!p->server && !(i->ever & p->bit) && is_inbox && i->stored > 0 &&
               i->stored != SIM_FOREVER) {
        p->waits = mem_grow(p->waits, p->wait_count, &p->wait_cap, sizeof *p->waits);
        p->waits[p->wait_count++] = f->now - i->stored;
    }
    i->ever |= p->bit;
}

static void on_here(struct fold *f, const struct trace_rec *r)
{
    struct spot *s = spot_of(f, r->actor, r->c);
    if (s->place == NOWHERE) {
        return;
    }
    struct place *p = place_at(f, s->place);
    bool whole = r->kind != TRACE_LISTED;
    uint32_t item = item_of(f, r->a, p->person, s->folder), c = f->copy_of[r->a];
    s->there = p->used = true;
    note_arrival(f, item_at(f, item), p);
    for (; c > 0; c = copy_at(f, c - 1)->next) {
        struct copy *copy = copy_at(f, c - 1);
        if (is_it(copy, s->place, item, r->b) && (copy->uid == r->b || r->kind != TRACE_STORED)) {
            copy->whole = copy->whole || whole;
            copy->uid = r->b > 0 ? r->b : copy->uid;
            return;
        }
    }
    *(struct copy *)vec_push(&f->copies) = (struct copy){ .letter = r->a,
                                                          .place = s->place,
                                                          .item = item,
                                                          .uid = r->b,
                                                          .whole = whole,
                                                          .next = f->copy_of[r->a] };
    f->copy_of[r->a] = (uint32_t)f->copies.count;
    item_look(f, item, s->place);
}

static void on_change(struct fold *f, const struct trace_rec *r)
{
    struct spot *s = spot_of(f, r->actor, r->c);
    if (s->place == NOWHERE) {
        return;
    }
    uint32_t item = item_of(f, r->a, place_at(f, s->place)->person, s->folder);
    bool flags = r->kind == TRACE_FLAGGED, done = false;
    for (uint32_t c = f->copy_of[r->a]; c > 0 && !done; c = copy_at(f, c - 1)->next) {
        struct copy *copy = copy_at(f, c - 1);
        if (!is_it(copy, s->place, item, flags ? 0 : r->b)) {
            continue;
        }
        if (flags) { /* it names the letter and no UID: all its copies there have them */
            copy->flags = r->b;
        } else {
            copy->whole = copy->whole && r->kind != TRACE_FORGOT;
            copy->gone = r->kind == TRACE_REMOVED;
            done = true;
        }
    }
    item_look(f, item, s->place);
}

/* ---- folders and devices come and go */

static void move_copies(struct fold *f, const struct spot *from, const struct spot *to)
{
    for (size_t c = 0; c < f->copies.count; c++) {
        struct copy *copy = copy_at(f, c);
        if (copy->gone || copy->place != from->place ||
            item_at(f, copy->item)->folder != from->folder) {
            continue;
        }
        uint32_t old = copy->item;
        if (to) {
            copy->item = item_of(f, copy->letter, place_at(f, to->place)->person, to->folder);
            item_look(f, copy->item, copy->place);
        } else {
            copy->gone = true;
        }
        item_look(f, old, copy->place);
    }
}

static void on_folder(struct fold *f, const struct trace_rec *r)
{
    (void)spot_of(f, r->actor, r->a); /* made first: a new one moves the others */
    struct spot *was = r->c != 0 ? spot_of(f, r->actor, r->c) : NULL;
    struct spot *s = spot_of(f, r->actor, r->a);
    s->there = r->b != 0;
    if (s->place == NOWHERE) {
        return;
    }
    struct place *p = place_at(f, s->place);
    p->used = p->used || s->there;
    if (r->b == 0) {
        move_copies(f, s, NULL);
    } else if (was && was->place == s->place) {
        was->there = false;
        move_copies(f, was, s);
    }
}

static void remember_loss(struct fold *f, const struct place *p)
{
    struct measure *m = f->m;
    uint64_t devices = measure_devices_of(f, p->person);
    m->losses = mem_grow(m->losses, m->loss_count, &m->loss_cap, sizeof *m->losses);
    m->losses[m->loss_count++] =
        (struct measure_loss){ .device = trace_name_of(f->t, p->name),
                               .person = trace_name_of(f->t, person_at(f, p->person)->address),
                               .at = f->now };
    for (size_t i = 0; i < f->items.count; i++) {
        const struct item *item = item_at(f, i);
        if (item->person == p->person && item->here & devices &&
            !measure_is_on(f, item->next, p->person, devices, false)) { /* each letter once */
            *(struct lost_letter *)vec_push(&f->lost) = (struct lost_letter){
                .loss = (uint32_t)m->loss_count - 1,
                .person = p->person,
                .letter = item->letter,
                .read = measure_is_on(f, f->item_of[item->letter], p->person, devices, true),
            };
        }
    }
}

static bool has_any(const struct fold *f, const struct place *p)
{
    size_t i = 0;
    while (i < f->items.count &&
           !(item_at(f, i)->person == p->person && item_at(f, i)->here & p->bit)) {
        i++;
    }
    return i < f->items.count;
}

static void wipe(struct fold *f, uint32_t place)
{
    for (size_t c = 0; c < f->copies.count; c++) {
        struct copy *copy = copy_at(f, c);
        if (copy->place == place && !copy->gone) {
            copy->gone = true;
            item_look(f, copy->item, place);
        }
    }
    for (size_t i = 0; i < f->spots.count; i++) {
        spot_at(f, i)->there = spot_at(f, i)->there && spot_at(f, i)->place != place;
    }
}

static void on_device(struct fold *f, const struct trace_rec *r)
{
    bool lost = slice_eq(trace_name_of(f->t, r->a), SLICE("lost"));
    for (uint32_t i = 0; i < f->places.count; i++) {
        struct place *p = place_at(f, i);
        if (p->actor != r->actor || p->server) {
            continue;
        }
        if (p->there && (lost || has_any(f, p))) {
            remember_loss(f, p); /* set up anew, it has lost what it had, too */
        }
        wipe(f, i);
        p->there = !lost;
        struct person *who = person_at(f, p->person);
        who->there = lost ? who->there & ~p->bit : who->there | p->bit;
        for (size_t k = 0; k < f->items.count; k++) {
            if (item_at(f, k)->person == p->person) {
                item_compare(f, item_at(f, k));
            }
        }
    }
}

/* A device whose first news is that it is new, and which had no letter before, was not there at
 * the beginning.  true: there is such a one among new records, and it may have been counted as
 * there. */
static bool find_later(struct fold *f)
{
    bool known_as_there = false;
    while (f->looked < f->t->count) {
        const struct trace_rec *r = trace_at(f->t, ++f->looked);
        bool has = r->kind == TRACE_STORED || r->kind == TRACE_FETCHED || r->kind == TRACE_LISTED;
        vec_reach(&f->starts, (size_t)r->actor + 1);
        uint8_t *start = vec_at(&f->starts, r->actor);
        if (*start == UNTOLD && (has || r->kind == TRACE_DEVICE)) {
            *start = !has && slice_eq(trace_name_of(f->t, r->a), SLICE("new")) ? LATER : AT_ONCE;
            known_as_there = known_as_there || *start == LATER;
        }
    }
    return known_as_there && f->persons.count > 0;
}

static void fold_record(struct fold *f, const struct trace_rec *r)
{
    f->now = r->at;
    switch ((enum trace_kind)r->kind) {
    case TRACE_HOST:
        vec_reach(&f->hosts, (size_t)r->actor + 1);
        *(uint32_t *)vec_at(&f->hosts, r->actor) = r->a;
        break;
    case TRACE_PERSON:
        on_person(f, r);
        break;
    case TRACE_COMPOSE:
    case TRACE_KEPT:
        f->size_of[r->a] = r->b + 1;
        break;
    case TRACE_STORED:
    case TRACE_FETCHED:
    case TRACE_LISTED:
        on_here(f, r);
        break;
    case TRACE_FLAGGED:
    case TRACE_REMOVED:
    case TRACE_FORGOT:
        on_change(f, r);
        break;
    case TRACE_FOLDER:
        on_folder(f, r);
        break;
    case TRACE_DEVICE:
        on_device(f, r);
        break;
    default:
        break;
    }
}

struct part {
    struct vec *v;
    size_t size;
};
enum { PARTS = 8 };

static void parts_of(struct fold *f, struct part parts[PARTS])
{
    const struct part all[PARTS] = {
        { &f->places, sizeof(struct place) }, { &f->persons, sizeof(struct person) },
        { &f->items, sizeof(struct item) },   { &f->copies, sizeof(struct copy) },
        { &f->spots, sizeof(struct spot) },   { &f->lost, sizeof(struct lost_letter) },
        { &f->hosts, sizeof(uint32_t) },      { &f->starts, sizeof(uint8_t) },
    };
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = all[i];
    }
}

void measure_fold_init(struct fold *f, struct measure *m, const struct trace *t)
{
    struct part parts[PARTS];
    *f = (struct fold){ .m = m, .t = t };
    parts_of(f, parts);
    for (size_t i = 0; i < PARTS; i++) {
        vecs_init(parts[i].v, &parts[i].size, 1);
    }
    intern_init(&f->folders);
}

void measure_fold_deinit(struct fold *f)
{
    struct part parts[PARTS];
    for (size_t i = 0; i < f->places.count; i++) {
        mem_free(place_at(f, i)->waits);
    }
    parts_of(f, parts);
    for (size_t i = 0; i < PARTS; i++) {
        vecs_deinit(parts[i].v, 1);
    }
    intern_deinit(&f->folders);
    mem_free(f->spot_of);
    mem_free(f->item_of);
    mem_free(f->copy_of);
    mem_free(f->size_of);
    *f = (struct fold){ 0 };
}

static uint32_t *longer(uint32_t *take, size_t count, size_t most)
{
    uint32_t *all = mem_resize(take, most, sizeof *all);
    memset(all + count, 0, (most - count) * sizeof *all);
    return all;
}

static void reach_names(struct fold *f)
{
    if (f->t->names.count < f->names) {
        return;
    }
    size_t most = f->names > 0 ? 2 * f->t->names.count : f->t->names.count + 1;
    f->spot_of = longer(f->spot_of, f->names, most);
    f->item_of = longer(f->item_of, f->names, most);
    f->copy_of = longer(f->copy_of, f->names, most);
    f->size_of = longer(f->size_of, f->names, most);
    f->names = most;
}

static void begin_anew(struct fold *f)
{
    struct measure *m = f->m;
    const struct trace *t = f->t;
    measure_fold_deinit(f);
    measure_free(m);
    measure_fold_init(f, m, t);
    (void)find_later(f);
}

void measure_fold_to(struct fold *f, uint64_t record)
{
    record = record > f->folded ? record : f->folded;
    if (find_later(f)) {
        begin_anew(f);
    }
    reach_names(f);
    while (f->folded < record && f->folded < f->t->count) {
        fold_record(f, trace_at(f->t, ++f->folded));
    }
}
