/* talk.c - a client's commands: said, and heard out to the tagged response.
 * Never knows what a command means; belief.c takes each response. */
#include "tests/model/model.h"

void client_says(struct client *c, unsigned permits, slice command)
{
    struct buf line = { 0 };
    buf_clear(&c->heard);
    c->read = 0;
    c->permits = permits;
    c->said_highest = c->said_modseq = 0;
    c->found_count = 0;
    c->searched = false;
    c->status = (slice){ 0 };
    struct box *b = client_box(c);
    for (size_t i = 0; b && i < b->count; i++) {
        b->mails[i].got[c->id] = 0;
    }
    buf_byte(&line, 'a');
    buf_number(&line, ++c->tag);
    buf_byte(&line, ' ');
    buf_add(&line, command);
    buf_addz(&line, "\r\n");
    wire_say(c, buf_slice(&line));
    buf_deinit(&line);
}

static bool strip_tag(const struct client *c, slice *r)
{
    uint64_t tag;
    slice rest = *r;
    if (!eat(&rest, "a") || !eat_number(&rest, &tag) || tag != c->tag || !eat(&rest, " ")) {
        return false;
    }
    *r = rest;
    return true;
}

slice client_peek(struct client *c)
{
    size_t before = c->read;
    slice r = { 0 };
    bool is = false;
    while (!is && read_response(c, &r)) {
        is = strip_tag(c, &r);
    }
    c->read = before;
    return is ? r : (slice){ 0 };
}

void client_hears_some(struct client *c)
{
    slice r;
    size_t before = c->read;
    while (!c->play->failed && read_response(c, &r)) {
        if (strip_tag(c, &r)) {
            c->read = before;
            return;
        }
        before = c->read;
        model_log(c->play, "S", r);
        if (!eat(&r, "* ")) {
            model_fail(c->play, "what is that?");
        }
        belief_hear(c, r);
    }
}

/* RFC 7162 6: what was said of HIGHESTMODSEQ counts, and only where nothing was, the MODSEQs. */
static void keep_highest(struct client *c)
{
    uint64_t modseq = c->said_modseq > c->highest ? c->said_modseq : c->highest;
    c->highest = c->said_highest ? c->said_highest : modseq;
}

void client_news(struct client *c)
{
    slice r;
    while (!c->play->failed && read_response(c, &r)) {
        model_log(c->play, "S", r);
        if (!eat(&r, "* ")) {
            model_fail(c->play, "what is that?");
        }
        belief_hear(c, r);
    }
    keep_highest(c);
    c->said_highest = c->said_modseq = 0;
    buf_clear(&c->heard);
    c->read = 0;
}

slice client_hears(struct client *c)
{
    slice r = { 0 };
    slice code;
    bool tagged = false;
    while (!c->play->failed && read_response(c, &r)) {
        model_log(c->play, "S", r);
        tagged = strip_tag(c, &r);
        if (tagged) {
            break;
        }
        if (eat(&r, "+ ")) {
            continue;
        }
        if (!eat(&r, "* ")) {
            model_fail(c->play, "what is that?");
            break;
        }
        belief_hear(c, r);
    }
    if (!tagged) {
        model_fail(c->play, "no tagged response");
        return (slice){ 0 };
    }
    if (c->read < c->heard.len) {
        model_fail(c->play, "more behind the tagged response");
    }
    if (tagged_code(r, "HIGHESTMODSEQ ", &code)) {
        belief_code(c, slice_from(r, slice_find(r, SLICE("[")) + 1));
    }
    keep_highest(c);
    return r;
}

slice client_does(struct client *c, unsigned permits, slice command)
{
    client_says(c, permits, command);
    return client_hears(c);
}

bool tagged_code(slice tagged, const char *code, slice *rest_r)
{
    slice r = tagged;
    (void)eat_atom(&r);
    bool is = eat(&r, " [") && eat(&r, code);
    *rest_r = slice_sub(r, 0, slice_find_byte(r, ']'));
    return is;
}
