/* app_json.c - what a shop asks for, as the JSON of POST /v1/messages.
 * Never knows how it is sent. */
#include "sim/actors/app.h"

#include "sim/actors/written.h"
#include "sim/base/base64.h"
#include "sim/base/json_text.h"
#include "sim/mail/mime.h"
#include "sim/mail/mime_file.h"

static void addresses(struct buf *out, const char *name, const struct key_list *list)
{
    if (list->count == 0) {
        return;
    }
    json_put_key(out, name);
    buf_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        buf_addz(out, i > 0 ? "," : "");
        json_put_text(out, list->items[i]);
    }
    buf_byte(out, ']');
}

static void text(struct buf *out, const char *name, slice value)
{
    if (value.len > 0) {
        json_field_text(out, name, value);
    }
}

static void from(struct buf *out, const struct app *app)
{
    struct buf b = { 0 };
    if (app->config->name.len > 0) {
        buf_add(&b, app->config->name);
        buf_addz(&b, " <");
    }
    buf_add(&b, app->config->from);
    buf_addz(&b, app->config->name.len > 0 ? ">" : "");
    json_field_text(out, "from", buf_slice(&b));
    buf_deinit(&b);
}

/* Its bytes in base64, as JSON has no other way (RFC 8259 8.1). */
static void attachment(struct buf *out, const struct letter_attachment *a)
{
    const struct compose_file f = letter_file(a);
    struct buf bytes = { 0 }, lines = { 0 };
    if (f.words) {
        mime_line_ends(&lines, f.bytes);
    }
    base64_encode(f.words ? buf_slice(&lines) : f.bytes, &bytes);
    buf_byte(out, '{');
    json_field_text(out, "name", f.name);
    json_field_text(out, "type", mime_type_of(f.name));
    json_field_text(out, "content", buf_slice(&bytes));
    buf_byte(out, '}');
    buf_deinit(&bytes);
    buf_deinit(&lines);
}

static void attachments(struct buf *out, const struct letter_words *words)
{
    const struct letter_attachment *list = words->attachments.items;
    if (words->attachments.count == 0) {
        return;
    }
    json_put_key(out, "attachments");
    buf_byte(out, '[');
    for (size_t i = 0; i < words->attachments.count; i++) {
        buf_addz(out, i > 0 ? "," : "");
        attachment(out, &list[i]);
    }
    buf_byte(out, ']');
}

void app_letter_json(const struct app *app, const struct verb_send *args, struct buf *out)
{
    buf_byte(out, '{');
    from(out, app);
    addresses(out, "to", &args->to);
    addresses(out, "cc", &args->cc);
    addresses(out, "bcc", &args->bcc);
    text(out, "subject", args->words.subject);
    text(out, "text", args->words.text);
    text(out, "html", args->words.html);
    attachments(out, &args->words);
    buf_byte(out, '}');
}

void app_news_json(const struct app *app, const struct verb_newsletter *args, struct buf *out)
{
    buf_byte(out, '{');
    from(out, app);
    if (args->readers.count == 1 && slice_eq(args->readers.items[0], SLICE("crowd"))) {
        json_field_text(out, "readers", SLICE("crowd"));
    } else {
        addresses(out, "readers", &args->readers);
    }
    text(out, "subject", args->subject);
    text(out, "text", args->text);
    text(out, "html", args->html);
    buf_byte(out, '}');
}
