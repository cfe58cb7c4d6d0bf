/* lessons.c - a teacher's order.  Never reads a file. */
#include "ui/lessons.h"

#include <stdlib.h>

/* clang-format off */
const struct lesson_row lesson_rows[] = {
    { 1, "first-mail" },
    { 1, "who-looks-up-mx" },
    { 1, "same-domain" },
    { 1, "post-office-shut" },
    { 1, "unknown-user" },
    { 1, "pop-once" },
    { 1, "imap-look" },
    { 1, "pop-vs-imap-two-devices" },
    { 2, "envelope-vs-header" },
    { 2, "bcc" },
    { 2, "received-trail" },
    { 2, "dns-journey" },
    { 2, "dot-on-a-line" },
    { 2, "webmail" },
    { 2, "attachment-grows" },
    { 2, "mojibake" },
    { 2, "direct-or-relayed" },
    { 2, "client-talks-to-mx" },
    { 2, "pop-leave-on-server" },
    { 2, "lost-phone" },
    { 2, "sent-items" },
    { 2, "imap-offline-cache" },
    { 2, "send-and-receive" },
    { 3, "mx-preference" },
    { 3, "backup-mx" },
    { 3, "no-mx-means-a" },
    { 3, "why-is-my-mail-late" },
    { 3, "greylisting" },
    { 3, "bounce-vs-reject" },
    { 3, "mail-loop" },
    { 3, "dsn-request" },
    { 3, "pipelining-rtt" },
    { 3, "submission-auth" },
    { 3, "alias-forward-list" },
    { 3, "starttls-live" },
    { 3, "imap-idle" },
    { 3, "transactional" },
    { 3, "newsletter" },
    { 4, "starttls-stripping" },
    { 4, "full-mailbox" },
    { 4, "smtp-smuggling" },
    { 4, "open-relay" },
    { 5, "qresync" },
    { 0, NULL },
};
/* clang-format on */

static slice name_of(slice path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/') {
            path = slice_from(path, i);
            break;
        }
    slice end = SLICE(".json");
    return slice_ends(path, end) ? slice_sub(path, 0, path.len - end.len) : path;
}

static size_t row_of(slice path)
{
    size_t row = 0;
    while (lesson_rows[row].name && !slice_eq(slice_of(lesson_rows[row].name), name_of(path)))
        row++;
    return row;
}

/* The path decides between lessons that are not in the list: a total order. */
static int by_row(const void *a, const void *b)
{
    const struct lesson *x = a, *y = b;
    size_t rx = row_of(x->path), ry = row_of(y->path);
    if (rx != ry)
        return rx < ry ? -1 : 1;
    return slice_cmp(x->path, y->path);
}

void lessons_sort(struct lesson *lessons, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lessons[i].level = lesson_rows[row_of(lessons[i].path)].level;
    if (count > 1)
        qsort(lessons, count, sizeof *lessons, by_row);
}
