#include "ui/theme.h"

#include <criterion/criterion.h>
#include <string.h>

/* sRGB of the 256-colour palette (the sixteen first are not used: terminals change them). */
static void rgb_of(int colour, int rgb[3])
{
    static const int steps[] = { 0, 95, 135, 175, 215, 255 };
    if (colour >= 232) {
        rgb[0] = rgb[1] = rgb[2] = 8 + (colour - 232) * 10;
        return;
    }
    colour -= 16;
    rgb[0] = steps[colour / 36];
    rgb[1] = steps[colour / 6 % 6];
    rgb[2] = steps[colour % 6];
}

static double luminance(int colour)
{
    static const double weight[] = { 0.2126, 0.7152, 0.0722 };
    int rgb[3];
    double sum = 0;
    rgb_of(colour, rgb);
    for (int i = 0; i < 3; i++) {
        double v = rgb[i] / 255.0, base = (v + 0.055) / 1.055;
        /* base to the power of 2.4 lies between its square and its cube: the mean is good enough */
        sum += weight[i] * (v <= 0.04 ? v / 12.92 : base * base * (0.6 + 0.4 * base));
    }
    return sum;
}

Test(theme, every_column_is_complete_and_readable)
{
    for (int theme = 0; theme < THEME_COUNT; theme++)
        for (int ink = 0; ink < INK_COUNT; ink++) {
            const char *name = theme_ink_name((enum ink)ink);
            struct look look = theme_look((enum theme)theme, PALETTE_256, (enum ink)ink);
            cr_expect(look.fg >= 16 && look.fg < 256, "%s", name);
            double fg = luminance(look.fg), bg = look.bg < 0 ? 0 : luminance(look.bg);
            double contrast = fg > bg ? (fg + 0.05) / (bg + 0.05) : (bg + 0.05) / (fg + 0.05);
            cr_expect(contrast >= (ink == INK_BORDER ? 3.0 : 4.5), "%s: %.1f", name, contrast);
            look = theme_look((enum theme)theme, PALETTE_8, (enum ink)ink);
            cr_expect(look.fg < 8 && look.bg < 8 && look.fg != (look.bg < 0 ? 0 : look.bg), "%s",
                      name);
            look = theme_look((enum theme)theme, PALETTE_MONO, (enum ink)ink);
            cr_expect(look.fg == THEME_DEFAULT && look.bg == THEME_DEFAULT, "%s", name);
            cr_expect(strlen(theme_ink_doc((enum ink)ink)) >= 8, "%s", name);
        }
}
