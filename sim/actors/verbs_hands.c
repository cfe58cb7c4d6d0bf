/* verbs_hands.c - what a person does with letters and folders on a device: the words for it. */
#include "sim/actors/verbs.h"

#include <stddef.h>

/* The rows of a struct verb_letter that lies at the beginning of the arguments. */
#define LETTER_ROWS                                                                                \
    { "subject",                                                                                   \
      KEY_TEXT,                                                                                    \
      offsetof(struct verb_letter, subject),                                                       \
      "",                                                                                          \
      0,                                                                                           \
      0,                                                                                           \
      NULL,                                                                                        \
      "which letter: the first with this subject; without it the oldest one" },                    \
        { "folder", KEY_TEXT,     offsetof(struct verb_letter, folder), "INBOX", 0, 0,             \
          NULL,     "where it is" },                                                               \
    {                                                                                              \
        "all", KEY_BOOL, offsetof(struct verb_letter, all), "false", 0, 0, NULL,                   \
            "all letters that fit, and not the first one only"                                     \
    }
#define FOLDER_ROW(doc)                                                                            \
    {                                                                                              \
        "folder", KEY_TEXT, offsetof(struct verb_folder, folder), NULL, 0, 0, NULL, doc            \
    }

/* clang-format off */
const struct key verb_letter_keys[] = { LETTER_ROWS, KEY_ROW_END };
const struct key verb_flag_keys[] = {
    LETTER_ROWS,
    { "flag", KEY_CHOICE, offsetof(struct verb_flag, flag), "flagged", 0, 0, HAND_FLAGS,
      "the mark (RFC 9051 2.3.2)" },
    { "keyword", KEY_TEXT, offsetof(struct verb_flag, keyword), "", 0, 0, NULL,
      "a keyword instead, such as \"$Forwarded\" or \"Work\": an atom of IMAP" },
    { "on", KEY_BOOL, offsetof(struct verb_flag, on), "true", 0, 0, NULL,
      "false: the mark is taken off" },
    KEY_ROW_END,
};
const struct key verb_move_keys[] = {
    LETTER_ROWS,
    { "to", KEY_TEXT, offsetof(struct verb_move, to), NULL, 0, 0, NULL,
      "the other folder; it is made where it is not there" },
    KEY_ROW_END,
};
const struct key verb_draft_keys[] = {
    { "to", KEY_ADDRESSES, offsetof(struct verb_draft, to), "", 0, 0, NULL,
      "who is to get it one day" },
    LETTER_WORD_ROWS(struct verb_draft, words),
    KEY_ROW_END,
};
const struct key verb_folder_keys[] = {
    FOLDER_ROW("its name; IMAP servers often part a folder and one within it by \"/\""),
    KEY_ROW_END,
};
const struct key verb_rename_keys[] = {
    FOLDER_ROW("its name until now"),
    { "to", KEY_TEXT, offsetof(struct verb_folder, to), NULL, 0, 0, NULL, "its new name" },
    KEY_ROW_END,
};
/* clang-format on */
