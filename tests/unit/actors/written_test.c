#include "sim/actors/written.h"

#include "sim/world/key.h"
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

static const struct letter_attachment attachments[] = {
    { .name = SLICE_INIT("other.png"),
      .file = { SLICE_INIT("photos/cat.png"), SLICE_INIT("\x89PNG\r\n") } },
    { .file = { SLICE_INIT("photos/cat.png"), SLICE_INIT("\x89PNG\r\n") } },
    { .name = SLICE_INIT("notes.txt"), .text = SLICE_INIT("a\nb\n") },
    { .text = SLICE_INIT("a") },
};

static bool writes(const struct letter_words *words, const char *wanted)
{
    struct rng rng = rng_seeded(1);
    struct compose c = { .from = SLICE("a@example.org"), .message_id = SLICE("1@x") };
    struct message *m = letter_write(&c, words, &rng);
    bool found = message_contains(m, slice_of(wanted));
    message_unref(&m);
    return found;
}

Test(written, a_letter_has_what_the_scenario_says)
{
    static const struct {
        struct letter_words words;
        const char *wanted;
    } rows[] = {
        { { .subject = SLICE_INIT("S"), .text = SLICE_INIT("T") }, "7bit\r\n\r\nT\r\n" },
        { { .text = SLICE_INIT("T"), .html = SLICE_INIT("<p>H") }, "\r\n\r\n<p>H\r\n\r\n--=_" },
        { { .attachments = { attachments, 4 } }, "filename=\"other.png\"" },
        { { .attachments = { attachments, 4 } }, "filename=\"cat.png\"" },
        { { .attachments = { attachments, 4 } }, "base64\r\n\r\niVBORw0K\r\n--=_" },
        { { .attachments = { attachments, 4 } }, "base64\r\n\r\nYQ0KYg0K\r\n--=_" },
        { { .attachments = { attachments, 4 } }, "filename=\"attachment.txt\"" },
        { { .eml = { SLICE_INIT("x.eml"), SLICE_INIT("Subject: E\n\nE") } }, "E\r\n\r\nE\r\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(writes(&rows[i].words, rows[i].wanted), "row %zu", i);
    }
}

/* All that a letter can be, and another that brings its own Message-ID. */
static bool read_letter(const struct file_source *self, slice path, uint64_t octets_max,
                        struct buf *out, struct err *why)
{
    (void)self, (void)path, (void)octets_max, (void)why;
    buf_addz(out, "From: alice@example.org\nMessage-ID: <old@example.org>\nSubject: Old\n "
                  "letter\n\nWords.\n");
    return true;
}

Test(written, letters_of_every_form_arrive)
{
    static const char text[] =
        "{\"title\":\"t\",\"hosts\":{"
        "\"alice-laptop\":{\"kind\":\"mua\",\"account\":\"alice@example.org\"},"
        "\"mail.example.org\":{\"kind\":\"mail\",\"domain\":\"example.org\","
        "\"accounts\":{\"alice\":\"w\",\"bob\":\"b\"}}},"
        "\"script\":[{\"at\":\"1s\",\"do\":\"send\",\"host\":\"alice-laptop\","
        "\"to\":\"bob@example.org\",\"eml\":\"old.eml\"},"
        "{\"at\":\"2s\",\"do\":\"send\",\"host\":\"alice-laptop\",\"to\":\"bob@example.org\","
        "\"subject\":\"S\",\"text\":\"T\",\"html\":\"<p>T\","
        "\"attachments\":[{\"file\":\"letter.eml\"}]}],"
        "\"expect\":[{\"mailbox\":\"bob@example.org\",\"messages\":2},"
        "{\"mailbox\":\"bob@example.org\",\"subject\":\"Old letter\",\"messages\":1},"
        "{\"said\":\"Message-ID: <old@example.org>\",\"service\":\"submission\",\"count\":2},"
        "{\"said\":\"message/rfc822\",\"service\":\"submission\",\"count\":1}]}";
    const struct file_source files = { read_letter };
    struct small_world w;
    cr_assert(small_world_read(&w, slice_of(text), &files));
    small_world_run(&w);
    cr_expect_eq(w.verdict.expected, 4);
    cr_expect_eq(w.verdict.met, 4);
    cr_expect(small_world_all_settled(&w));
    small_world_free(&w);
}
