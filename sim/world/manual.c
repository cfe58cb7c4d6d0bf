/* manual.c - key tables as mdoc.
 * Never adds a word about a key that its row does not say. */
#include "sim/world/manual.h"

#include "sim/base/fmt.h"
#include "sim/world/load.h"
#include "sim/world/variants.h"

/* Text as roff takes it: no backslash of its own, no line that begins like a request. */
static void add_text(struct buf *out, slice s)
{
    if (s.len > 0 && (s.ptr[0] == '.' || s.ptr[0] == '\'')) {
        buf_addz(out, "\\&");
    }
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            buf_addz(out, "\\e");
        } else if (s.ptr[i] == '"') {
            buf_addz(out, "\\(dq"); /* a macro would take it for the begin of an argument */
        } else {
            buf_byte(out, s.ptr[i]);
        }
    }
}

static void add_line(struct buf *out, const char *macro, const char *s)
{
    buf_addz(out, macro);
    add_text(out, slice_of(s));
    buf_byte(out, '\n');
}

static bool is_unset(const struct key *k)
{
    return k->fallback[0] == '\0' || (k->type == KEY_INT && k->fallback[0] == '-' && k->min >= 0);
}

/* What is written with blanks between, as people read it: "subject, text". */
static void add_names(struct buf *out, slice names)
{
    slice name;
    const char *before = "";
    while ((name = slice_word(&names)).len > 0) {
        buf_addz(out, before);
        add_text(out, name);
        before = ", ";
    }
}

static void one_key(struct buf *out, const struct key *keys, const struct key *k)
{
    add_line(out, ".It Ic ", k->name);
    add_line(out, "", k->doc);
    buf_addz(out, ".Pq ");
    if (k->type == KEY_CHOICE || k->type == KEY_CHOICES) {
        buf_addz(out, k->type == KEY_CHOICE ? "one of: " : "some of: ");
        add_text(out, slice_trim(slice_of(k->of)));
    } else {
        buf_addz(out, key_type_name(k->type));
    }
    if ((k->type == KEY_TEXT || k->type == KEY_TEXTS) && k->max > 0) {
        buf_addz(out, k->type == KEY_TEXT ? " of up to " : ", each of up to ");
        fmt_i64(out, k->max);
        buf_addz(out, " characters in one line");
    }
    if (k->type == KEY_FILE && k->of) {
        buf_addz(out, "; instead of ");
        add_names(out, slice_of(k->of));
    }
    if (!k->fallback) {
        const char *file = key_or_file(keys, k->name);
        buf_addz(out, "; must be given");
        buf_addz(out, file ? ", or " : "");
        buf_addz(out, file ? file : "");
    } else if (!is_unset(k)) {
        buf_addz(out, "; by default ");
        add_text(out, slice_of(k->fallback));
    }
    buf_byte(out, '\n');
}

static bool any(const struct key *keys)
{
    return keys && keys->type != KEY_END;
}

static void table(struct buf *out, const struct key *keys)
{
    if (!any(keys)) {
        return;
    }
    buf_addz(out, ".Bl -tag -width \"connections\"\n");
    for (const struct key *k = keys; k->type != KEY_END; k++) {
        one_key(out, keys, k);
        if (k->type == KEY_OBJECTS || k->type == KEY_OBJECT_MAP) {
            table(
                out,
                ((const struct key_shape *)k->of)->keys); /* tables end: no recursion is endless */
        }
    }
    buf_addz(out, ".El\n");
}

/* A name with its sentence and the keys that only it has, or has with the one named `as`. */
static void kind(struct buf *out, const char *what, const char *name, const char *doc,
                 const struct key *keys, const char *as)
{
    buf_addz(out, ".Pp\n");
    add_line(out, ".Em ", what);
    buf_addz(out, ".Ic ");
    add_text(out, slice_of(name));
    buf_addz(out, " :\n");
    add_line(out, "", doc);
    if (as) {
        add_line(out, ".Pq its keys are those of ", as);
        return;
    }
    table(out, keys);
}

static void section(struct buf *out, const char *title, const char *doc, const struct key *keys)
{
    add_line(out, ".Ss ", title);
    add_line(out, "", doc);
    table(out, keys);
}

/* An earlier kind of host that has the same table: nobody wants to read it twice. */
static const char *as_before(const struct host_kind *const *kinds, const struct host_kind *kind)
{
    for (; *kinds != kind; kinds++) {
        if (any(kind->keys) && (*kinds)->keys == kind->keys) {
            return (*kinds)->name;
        }
    }
    return NULL;
}

static void variants(struct buf *out)
{
    static const char *const rows[][2] = {
        { VARIANT_EDIT, VARIANT_EDIT_DOC },
        { VARIANT_ADD, VARIANT_ADD_DOC },
    };
    add_line(out, "",
             "An object: the name of each variant, and a JSON merge patch (RFC 7396) of the whole "
             "file: what an object says replaces what stands at that place, null takes it away, "
             "an array replaces an array.");
    add_line(out, "",
             "So a variant may have a title and a text about it, and expectations: \"expect\" "
             "replaces those of the file, \"add\" puts more behind them. Without either, the "
             "file's own hold for the variant too.");
    add_line(out, "", "Besides, in this order:");
    buf_addz(out, ".Bl -tag -width \"connections\"\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        add_line(out, ".It Ic ", rows[i][0]);
        add_line(out, "", rows[i][1]);
    }
    buf_addz(out, ".El\n");
}

static void what_ifs(struct buf *out)
{
    add_line(out, "",
             "An object as that of the variants, with which they share their names and all rules. "
             "The file's \"lesson\" and the questions in its story are left out, for their answers "
             "need not be true here; what a what-if says itself is kept.");
    add_line(out, "", "Besides:");
    table(out, (const struct key[]){ variant_ask_key, KEY_ROW_END });
}

void scenario_manual(const struct vocabulary *words, struct buf *out)
{
    section(out, "The whole file", "one object", scenario_keys);
    section(out, LESSON, LESSON_DOC, lesson_keys);
    section(out, section_hosts.name, section_hosts.doc, host_keys);
    for (const struct host_kind *const *k = words->host_kinds; *k; k++) {
        kind(out, "kind", (*k)->name, (*k)->doc, (*k)->keys, as_before(words->host_kinds, *k));
        table(out, (*k)->more);
    }
    if (words->crowd) {
        section(out, CROWD, CROWD_DOC, crowd_keys);
        add_line(out, ".Pp\n.Em " CROWD "/" CROWD_HOSTS " :\n", CROWD_HOSTS_DOC);
    }
    section(out, section_zones.name, section_zones.doc, NULL);
    section(out, section_links.name, section_links.doc, link_keys);
    section(out, section_script.name, section_script.doc, step_keys);
    for (size_t i = 0; i < words->verb_count; i++) {
        const struct verb_kind *v = &words->verbs[i];
        kind(out, "do", v->name, v->doc, v->keys, NULL);
    }
    section(out, section_expect.name, section_expect.doc, expect_keys);
    for (const struct expect_kind *const *k = expect_kinds; *k; k++) {
        kind(out, "expect", (*k)->name, (*k)->doc, (*k)->keys, NULL);
    }
    section(out, section_story.name, section_story.doc, story_keys);
    section(out, "story/" STORY_ON, "what a story entry waits for", trigger_keys);
    section(out, "story/" STORY_ASK, STORY_ASK_DOC, ask_keys);
    section(out, VARIANTS, VARIANTS_DOC, NULL);
    variants(out);
    section(out, WHAT_IFS, WHAT_IFS_DOC, NULL);
    what_ifs(out);
}
