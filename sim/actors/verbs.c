/* verbs.c - what hands and fate can do in a script.
 * Only words and their arguments; the doing is in the actor that is meant, and for links in the
 * world. */
#include "sim/actors/verbs.h"

#include <stddef.h>

#define HOUR_MAX ((int64_t)(SIM_HOUR))

static const struct key no_keys[] = { KEY_ROW_END };

static const struct key attachment_keys[] = {
    { "name", KEY_TEXT, offsetof(struct letter_attachment, name), "", 0, 0, NULL,
      "what it is called; its ending tells its type; without it the name of the file" },
    { "text", KEY_TEXT, offsetof(struct letter_attachment, text), NULL, 0, 0, NULL,
      "what is in it" },
    { "file", KEY_FILE, offsetof(struct letter_attachment, file), "", 0, 0, "text",
      "what is in it: a file below the folder of the scenario, at most 10 MB" },
    KEY_ROW_END,
};
const struct key_shape letter_attachment_shape = { attachment_keys,
                                                   sizeof(struct letter_attachment), NULL };

static const struct key send_keys[] = {
    { "to", KEY_ADDRESSES, offsetof(struct verb_send, to), NULL, 0, 0, NULL,
      "recipients, shown in the To field" },
    { "cc", KEY_ADDRESSES, offsetof(struct verb_send, cc), "", 0, 0, NULL,
      "recipients, shown in the Cc field" },
    { "bcc", KEY_ADDRESSES, offsetof(struct verb_send, bcc), "", 0, 0, NULL,
      "recipients on the envelope only (RFC 5322 3.6.3)" },
    LETTER_WORD_ROWS(struct verb_send, words),
    KEY_ROW_END,
};

static const struct key read_keys[] = {
    { "subject", KEY_TEXT, offsetof(struct verb_read, subject), "", 0, 0, NULL,
      "which letter; without it the oldest unread one" },
    KEY_ROW_END,
};

static const struct key slow_keys[] = {
    { "latency", KEY_DURATION, offsetof(struct verb_slow, latency), "0s", 0, HOUR_MAX, NULL,
      "one way" },
    { "jitter", KEY_DURATION, offsetof(struct verb_slow, jitter), "0s", 0, HOUR_MAX, NULL,
      "at most so much more, drawn anew each time" },
    { "bandwidth", KEY_RATE, offsetof(struct verb_slow, rate), "0bit/s", 0, 0, NULL,
      "each way; 0bit/s is unlimited" },
    { "loss", KEY_PERCENT, offsetof(struct verb_slow, loss), "0%", 0, 0, NULL,
      "of segments and datagrams" },
    KEY_ROW_END,
};

const struct verb_kind verb_kinds[VERB_COUNT] = {
    [VERB_SEND] = { "send", "writes a letter and hands it to the account's server", VERB_DEVICE,
                    sizeof(struct verb_send), send_keys },
    [VERB_FETCH] = { "fetch", "asks the server for new mail, by POP3 or IMAP", VERB_DEVICE, 0,
                     no_keys },
    [VERB_READ] = { "read", "opens a letter; with IMAP the server learns that it was seen",
                    VERB_DEVICE, sizeof(struct verb_read), read_keys },
    [VERB_OFFLINE] = { "offline", "the device leaves the network; what it wants to do waits",
                       VERB_DEVICE, 0, no_keys },
    [VERB_ONLINE] = { "online", "the device is back and does what waited", VERB_DEVICE, 0,
                      no_keys },
    [VERB_DOWN] = { "down", "the host is switched off", VERB_HOST, 0, no_keys },
    [VERB_UP] = { "up", "the host is switched on again", VERB_HOST, 0, no_keys },
    [VERB_CUT] = { "cut", "the link carries nothing any more", VERB_LINK, 0, no_keys },
    [VERB_MEND] = { "mend", "the link works as before", VERB_LINK, 0, no_keys },
    [VERB_SLOW] = { "slow", "the link gets these qualities", VERB_LINK, sizeof(struct verb_slow),
                    slow_keys },
    [VERB_STRIP_STARTTLS] = { "strip-starttls",
                              "the link has somebody on it who wipes STARTTLS out", VERB_LINK, 0,
                              no_keys },
};
