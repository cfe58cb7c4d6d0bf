/* measure_end.c - what the places of each person hold in the end, and what came of a loss.
 * Never knows how it came about. */
#include "ui/measure_fold.h"

#include "sim/base/mem.h"

#include <stdlib.h>

bool measure_is_on(const struct fold *f, uint32_t from, uint32_t person, uint64_t devices,
                   bool read)
{
    for (uint32_t i = from; i > 0; i = item_at(f, i - 1)->next) {
        const struct item *item = item_at(f, i - 1);
        if (item->person == person && (read ? item->read : item->here) & devices) {
            return true;
        }
    }
    return false;
}

uint64_t measure_devices_of(const struct fold *f, uint32_t person)
{
    uint64_t devices = 0;
    for (size_t i = 0; i < f->places.count; i++) {
        const struct place *p = place_at(f, i);
        devices |= p->person == person && !p->server ? p->bit : 0;
    }
    return devices;
}

static int by_time(const void *a, const void *b)
{
    const sim_time *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

static struct measure_box box_of(const struct fold *f, uint32_t place)
{
    struct measure_box box = { 0 };
    for (size_t c = 0; c < f->copies.count; c++) {
        const struct copy *copy = copy_at(f, c);
        if (copy->place != place || copy->gone) {
            continue;
        }
        uint32_t size = f->size_of[copy->letter];
        box.messages++;
        box.unread += !(copy->flags & SEEN);
        box.octets += copy->whole && size > 0 ? size - 1 : 0;
        box.unsized += copy->whole && size == 0;
    }
    for (size_t i = 0; i < f->spots.count; i++) {
        box.folders += spot_at(f, i)->place == place && spot_at(f, i)->there;
    }
    return box;
}

/* New letters of the INBOX that were at the server and never here. */
static uint64_t missed(const struct fold *f, const struct place *p)
{
    uint64_t count = 0;
    for (size_t i = 0; i < f->items.count; i++) {
        const struct item *item = item_at(f, i);
        count += item->person == p->person && item->stored > 0 && item->stored != SIM_FOREVER &&
                 !(item->ever & p->bit) &&
                 slice_eq(intern_name(&f->folders, item->folder), SLICE("INBOX"));
    }
    return count;
}

static void end_device(struct fold *f, uint32_t place)
{
    struct measure *m = f->m;
    struct place *p = place_at(f, place);
    if (p->wait_count > 1) {
        qsort(p->waits, p->wait_count, sizeof *p->waits, by_time);
    }
    m->devices = mem_grow(m->devices, m->device_count, &m->device_cap, sizeof *m->devices);
    m->devices[m->device_count++] = (struct measure_device){
        .name = trace_name_of(f->t, p->name),
        .person = trace_name_of(f->t, person_at(f, p->person)->address),
        .there = p->there,
        .box = box_of(f, place),
        .arrived = p->wait_count,
        .missed = missed(f, p),
        .median = p->wait_count > 0 ? p->waits[(p->wait_count - 1) / 2] : 0,
        .longest = p->wait_count > 0 ? p->waits[p->wait_count - 1] : 0,
    };
}

static void end_person(struct fold *f, size_t i)
{
    const struct person *p = person_at(f, i);
    struct measure_person *out = &f->m->persons[i];
    out->apart = p->apart;
    out->apart_read = p->apart_read;
    out->apart_for += p->apart > 0 ? f->now - p->apart_since : 0;
    out->apart_read_for += p->apart_read > 0 ? f->now - p->apart_read_since : 0;
    for (uint32_t k = 0; k < f->places.count; k++) {
        const struct place *place = place_at(f, k);
        if (place->person == i && place->there) {
            out->places++;
            out->server = place->server ? box_of(f, k) : out->server;
        }
    }
}

static void end_loss(struct fold *f, const struct lost_letter *l)
{
    struct measure_loss *loss = &f->m->losses[l->loss];
    uint64_t devices = measure_devices_of(f, l->person);
    loss->had++;
    loss->left += measure_is_on(f, f->item_of[l->letter], l->person, devices, false);
    loss->read_had += l->read;
    loss->read_left += l->read && measure_is_on(f, f->item_of[l->letter], l->person, devices, true);
}

void measure_end(struct fold *f)
{
    f->m->ended_at = f->now;
    for (uint32_t i = 0; i < f->places.count; i++) {
        if (!place_at(f, i)->server) {
            end_device(f, i);
        }
    }
    for (size_t i = 0; i < f->persons.count; i++) {
        end_person(f, i);
    }
    for (size_t i = 0; i < f->lost.count; i++) {
        end_loss(f, vec_at(&f->lost, i));
    }
}
