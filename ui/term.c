/* term.c - what the environment says about a terminal; pure, so that it can be tested. */
#include "ui/term.h"

#include <string.h>

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

bool term_usable(const char *term)
{
    static const char *const bare[] = { "", "dumb", "unknown", NULL };
    return term && !is_one_of(term, bare);
}

bool term_needs_ascii(const struct term_config *config, const char *codeset, const char *term)
{
    /* The font of the Linux console lacks most symbols whatever the locale says. */
    static const char *const plain[] = { "linux", "vt100", "vt102", "vt220", "ansi", "dumb", NULL };
    static const char *const utf8[] = { "UTF-8", "utf-8", "UTF8", "utf8", NULL };
    if (config->ascii || !term || is_one_of(term, plain))
        return true;
    return !codeset || !is_one_of(codeset, utf8);
}

/* NO_COLOR counts where it is set and not empty, whatever it says (no-color.org). */
enum palette term_palette(const struct term_config *config, const char *no_color, int colors)
{
    if (config->no_color || (no_color && no_color[0]) || colors < 8)
        return PALETTE_MONO;
    return colors >= 256 ? PALETTE_256 : PALETTE_8;
}
