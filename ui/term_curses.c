/* term_curses.c - the one file that knows ncurses.  Gives a canvas to the terminal, and brings
 * keys, the mouse and new sizes back.
 * The terminal is put back as it was when the program ends, whichever way: close(), exit(), or any
 * signal, where only what is safe in a handler is done: the bytes were prepared before, write() and
 * tcsetattr() are allowed (POSIX 2.4.3), and the signal is raised again with its default action.
 * SIGWINCH belongs to ncurses, which would go blind without its own handler.  SIGTSTP is ours: it
 * is held back while we work and let in where we wait: none is lost, and nothing is half drawn. */
#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Buttons, and motion while one is down (xterm mode 1002); coordinates as numbers (1006) are asked
 * for by ncurses itself where terminfo knows them. */
#define DRAG_ON           "\033[?1002h"
#define DRAG_OFF          "\033[?1002l\033[?1006l\033[?1000l"
#define BUTTON1_ANY_CLICK (BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED)

static SCREEN *screen; /* made once; a closed one is woken up again */
static volatile sig_atomic_t suspend_asked;
enum { SIGNALS = 128 }; /* more than any system has */

static struct {
    bool open, ascii, mouse, button_down;
    attr_t attr[INK_COUNT];
    short pair[INK_COUNT];
    struct cell *shown; /* what the terminal has; NULL: draw everything */
    int shown_w, shown_h;
    sigset_t mask_asleep; /* also the one from before */
    struct termios before;
    bool has_before;
    char goodbye[256]; /* bytes that put the screen back */
    size_t goodbye_len;
    bool caught[SIGNALS]; /* the signal is ours, and would have ended us */
    bool suspends;        /* SIGTSTP is ours */
} my;

/* ---- leaving */

static void forget_shown(void)
{
    free(my.shown);
    my.shown = NULL;
}

static void give_suspend_back(void)
{
    if (my.suspends)
        signal(SIGTSTP, SIG_DFL);
    my.suspends = false;
}

static void curses_close(void)
{
    if (!my.open)
        return;
    my.open = false;
    if (my.mouse) {
        (void)!write(STDOUT_FILENO, DRAG_OFF, sizeof DRAG_OFF - 1);
        mousemask(0, NULL);
    }
    endwin();
    forget_shown();
    for (int sig = 1; sig < SIGNALS; sig++)
        if (my.caught[sig])
            signal(sig, SIG_DFL);
    give_suspend_back();
    signal(SIGCONT, SIG_DFL);
    sigprocmask(SIG_SETMASK, &my.mask_asleep, NULL);
}

static void on_fatal(int sig)
{
    if (my.open) {
        my.open = false;
        (void)!write(STDOUT_FILENO, my.goodbye, my.goodbye_len);
        if (my.has_before)
            tcsetattr(STDIN_FILENO, TCSANOW, &my.before);
    }
    /* SA_RESETHAND put the default action back; it takes place when this handler returns. */
    raise(sig);
}

/* The window may have another size after a suspension, and nobody told us: ncurses looks when it
 * believes that it was told. */
static void on_continue(int sig)
{
    (void)sig;
    raise(SIGWINCH);
}

static void on_suspend(int sig)
{
    (void)sig;
    suspend_asked = 1;
}

/* To be done before there is a screen: where ncurses finds a handler it puts none of its own, and
 * does not let the signal fall while it draws. */
static void prepare_suspend(void)
{
    struct sigaction action;
    if (sigaction(SIGTSTP, NULL, &action) != 0 || action.sa_handler != SIG_DFL)
        return;
    action = (struct sigaction){ .sa_handler = on_suspend };
    sigemptyset(&action.sa_mask);
    my.suspends = sigaction(SIGTSTP, &action, NULL) == 0;
}

/* The shell that comes to the front gets its terminal as it was, without the mouse. */
static void leave_the_screen(void)
{
    sigset_t output, held;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU); /* it may be in front already, and does not mind */
    sigprocmask(SIG_BLOCK, &output, &held);
    if (my.mouse)
        (void)!write(STDOUT_FILENO, DRAG_OFF, sizeof DRAG_OFF - 1);
    endwin();
    sigprocmask(SIG_SETMASK, &held, NULL);
}

static void stop_until_continued(void)
{
    struct sigaction ours, standard = { .sa_handler = SIG_DFL };
    sigset_t stop;
    sigemptyset(&standard.sa_mask);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

static void goodbye_add(const char *bytes)
{
    size_t len = bytes && bytes != (const char *)-1 ? strlen(bytes) : 0;
    if (my.goodbye_len + len > sizeof my.goodbye)
        return;
    if (len > 0)
        memcpy(my.goodbye + my.goodbye_len, bytes, len);
    my.goodbye_len += len;
}

/* By default it ends a process, and it can be caught. */
static bool is_fatal(int sig)
{
    static const int others[] = { SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU,
                                  SIGCONT, SIGCHLD, SIGURG,  SIGWINCH };
    for (size_t i = 0; i < COUNT(others); i++)
        if (others[i] == sig)
            return false;
    return true;
}

/* Who has a handler of his own (serve ends in good order) will also close us, and what is ignored
 * (under nohup) stays so.  To be asked before ncurses has put its own. */
static void look_at_signals(void)
{
    for (int sig = 1; sig < SIGNALS; sig++) {
        struct sigaction before;
        my.caught[sig] =
            is_fatal(sig) && sigaction(sig, NULL, &before) == 0 && before.sa_handler == SIG_DFL;
    }
}

/* Where the stack has overflowed there must be another one for the handler. */
static void prepare_stack(void)
{
    static char room[1 << 15];
    const stack_t other = { .ss_sp = room, .ss_size = sizeof room };
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && now.ss_flags & SS_DISABLE)
        (void)sigaltstack(&other, NULL);
}

static void prepare_goodbye(void)
{
    static const char *const capabilities[] = { "sgr0", "rmkx", "cnorm", "rmcup" };
    my.goodbye_len = 0;
    if (my.mouse)
        goodbye_add(DRAG_OFF);
    for (size_t i = 0; i < COUNT(capabilities); i++)
        goodbye_add(tigetstr((char *)(uintptr_t)capabilities[i]));
    struct sigaction action = { 0 };
    action.sa_handler = on_fatal;
    action.sa_flags = (int)SA_RESETHAND | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    prepare_stack();
    for (int sig = 1; sig < SIGNALS; sig++)
        if (my.caught[sig])
            sigaction(sig, &action, NULL);
    action.sa_handler = on_continue;
    action.sa_flags = 0;
    sigaction(SIGCONT, &action, NULL);
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGWINCH);
    sigaddset(&held, SIGCONT);
    sigaddset(&held, SIGTSTP);
    sigprocmask(SIG_BLOCK, &held, &my.mask_asleep);
}

/* ---- entering */

static void prepare_colors(const struct term_config *config)
{
    static const struct {
        uint8_t look;
        attr_t attr;
    } looks[] = {
        { LOOK_BOLD, A_BOLD },
        { LOOK_UNDERLINE, A_UNDERLINE },
        { LOOK_REVERSE, A_REVERSE },
        { LOOK_DIM, A_DIM },
    };
    bool color = has_colors() && start_color() == OK && use_default_colors() == OK;
    enum palette palette = term_palette(config, getenv("NO_COLOR"), color ? COLORS : 0);
    for (int i = 0; i < INK_COUNT; i++) {
        struct look look = theme_look(config->theme, palette, (enum ink)i);
        my.attr[i] = A_NORMAL;
        my.pair[i] = 0;
        for (size_t k = 0; k < COUNT(looks); k++)
            if (look.attr & looks[k].look)
                my.attr[i] |= looks[k].attr;
        if (palette == PALETTE_MONO)
            continue;
        my.pair[i] = (short)(i + 1);
        init_pair(my.pair[i], look.fg, look.bg);
    }
    bkgdset(' ' | (chtype)COLOR_PAIR(my.pair[INK_TEXT]));
}

static bool curses_open(const struct term_config *config, struct err *err_r)
{
    const char *name = getenv("TERM");
    memset(&my, 0, sizeof my);
    look_at_signals();
    setlocale(LC_CTYPE, "");
    my.ascii = term_needs_ascii(config, nl_langinfo(CODESET), name);
    my.has_before = tcgetattr(STDIN_FILENO, &my.before) == 0;
    prepare_suspend();
    if (!screen && term_usable(name))
        screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        give_suspend_back();
        return err_set(err_r, "the terminal \"%s\" cannot show a full screen", name ? name : "");
    }
    set_escdelay(25);
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    /* Some terminals send the arrows of the other keypad mode whatever they were told. */
    static const struct {
        const char *bytes;
        int key;
    } arrows[] = { { "\033[A", KEY_UP },    { "\033[B", KEY_DOWN }, { "\033[C", KEY_RIGHT },
                   { "\033[D", KEY_LEFT },  { "\033OA", KEY_UP },   { "\033OB", KEY_DOWN },
                   { "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT } };
    for (size_t i = 0; i < COUNT(arrows); i++)
        define_key(arrows[i].bytes, arrows[i].key);
    prepare_colors(config);
    mouseinterval(0);
    mmask_t wanted = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_ANY_CLICK | BUTTON4_PRESSED |
                     BUTTON5_PRESSED | REPORT_MOUSE_POSITION;
    my.mouse = mousemask(wanted, NULL) != 0 && tigetstr((char *)(uintptr_t) "kmous") != NULL;
    prepare_goodbye();
    my.open = true;
    atexit(curses_close);
    erase();
    refresh();
    if (my.mouse)
        (void)!write(STDOUT_FILENO, DRAG_ON, sizeof DRAG_ON - 1);
    return true;
}

static void curses_size(int *w_r, int *h_r)
{
    *w_r = COLS;
    *h_r = LINES;
}

/* ---- drawing */

static void put_cell(int x, int y, const struct cell *cell)
{
    attr_t attr = my.attr[cell->ink];
    attr |= cell->attr & LOOK_BOLD ? A_BOLD : 0;
    attr |= cell->attr & LOOK_UNDERLINE ? A_UNDERLINE : 0;
    attr |= cell->attr & LOOK_REVERSE ? A_REVERSE : 0;
    attr |= cell->attr & LOOK_DIM ? A_DIM : 0;
    uint32_t glyph = cell->glyph;
    if (my.ascii)
        glyph = glyph ? (uint32_t)(unsigned char)glyph_ascii(glyph) : ' ';
    if (glyph == 0)
        return; /* the wide glyph to the left covers it */
    wchar_t text[2] = { (wchar_t)glyph, 0 };
    cchar_t out;
    setcchar(&out, text, attr, my.pair[cell->ink], NULL);
    mvadd_wch(y, x, &out);
}

static void curses_draw(const struct canvas *c)
{
    int w = c->w < COLS ? c->w : COLS, h = c->h < LINES ? c->h : LINES;
    if (my.shown && (my.shown_w != c->w || my.shown_h != c->h))
        forget_shown();
    bool all = my.shown == NULL;
    if (all)
        my.shown = calloc((size_t)c->w * (size_t)c->h, sizeof(struct cell));
    my.shown_w = c->w;
    my.shown_h = c->h;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            struct cell *old = my.shown ? &my.shown[(size_t)y * (size_t)c->w + (size_t)x] : NULL;
            if (!all && old && memcmp(old, cell, sizeof *old) == 0)
                continue;
            put_cell(x, y, cell);
            if (old)
                *old = *cell;
        }
    refresh();
}

static void curses_redraw(void)
{
    forget_shown();
    clearok(stdscr, TRUE);
}

/* ---- hearing */

static uint32_t key_of(wint_t code)
{
    static const struct {
        int curses;
        uint32_t key;
    } keys[] = {
        { KEY_UP, TKEY_UP },         { KEY_DOWN, TKEY_DOWN },           { KEY_LEFT, TKEY_LEFT },
        { KEY_RIGHT, TKEY_RIGHT },   { KEY_HOME, TKEY_HOME },           { KEY_END, TKEY_END },
        { KEY_PPAGE, TKEY_PAGE_UP }, { KEY_NPAGE, TKEY_PAGE_DOWN },     { KEY_BTAB, TKEY_BACKTAB },
        { KEY_ENTER, TKEY_ENTER },   { KEY_BACKSPACE, TKEY_BACKSPACE }, { KEY_DC, TKEY_DELETE },
    };
    for (size_t i = 0; i < COUNT(keys); i++)
        if ((wint_t)keys[i].curses == code)
            return keys[i].key;
    if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(12))
        return TKEY_F1 + (uint32_t)(code - (wint_t)KEY_F(1));
    return 0;
}

static uint32_t key_of_char(wint_t ch)
{
    switch (ch) {
    case '\r':
    case '\n':
        return TKEY_ENTER;
    case '\t':
        return TKEY_TAB;
    case 0x1B:
        return TKEY_ESCAPE;
    case 0x08:
    case 0x7F:
        return TKEY_BACKSPACE;
    default:
        return (uint32_t)ch;
    }
}

static struct term_event mouse_event(void)
{
    struct term_event event = { .what = TERM_NOTHING };
    MEVENT mouse;
    if (getmouse(&mouse) != OK)
        return event;
    event = (struct term_event){ .what = TERM_MOUSE, .x = mouse.x, .y = mouse.y };
    if (mouse.bstate & BUTTON4_PRESSED)
        event.mouse = MOUSE_WHEEL_UP;
    else if (mouse.bstate & BUTTON5_PRESSED)
        event.mouse = MOUSE_WHEEL_DOWN;
    else if (mouse.bstate & (BUTTON1_PRESSED | BUTTON1_ANY_CLICK))
        event.mouse = MOUSE_DOWN;
    else if (mouse.bstate & BUTTON1_RELEASED)
        event.mouse = MOUSE_UP;
    else if (my.button_down)
        event.mouse = MOUSE_DRAG;
    else
        event.what = TERM_NOTHING;
    my.button_down = event.mouse == MOUSE_DOWN || event.mouse == MOUSE_DRAG;
    if (mouse.bstate & BUTTON1_ANY_CLICK) { /* down and up came at once, and were made one */
        mouse.bstate = BUTTON1_RELEASED;
        (void)ungetmouse(&mouse);
    }
    return event;
}

/* Nothing came although we wait for ever, or the line is dead: is there a terminal at all? */
static bool is_gone(void)
{
    struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
    int waiting = 0;
    if (poll(&fd, 1, 0) <= 0)
        return false;
    if (fd.revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0;
}

/* The signals that bring a new size or put us aside are let in only here and below: none gets lost
 * between looking for a key and falling asleep. */
static void sleep_until_something(int timeout_ms)
{
    struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
    fd_set in;
    FD_ZERO(&in);
    FD_SET(STDIN_FILENO, &in);
    (void)pselect(STDIN_FILENO + 1, &in, NULL, NULL, timeout_ms < 0 ? NULL : &t, &my.mask_asleep);
}

/* Who never sleeps here, because it sleeps elsewhere or is never left in peace, hears of them all
 * the same.  pselect() would not do: it lets no signal in where it need not wait. */
static void let_signals_in(void)
{
    sigset_t held;
    sigprocmask(SIG_SETMASK, &my.mask_asleep, &held);
    sigprocmask(SIG_SETMASK, &held, NULL);
}

static void stand_aside_if_asked(void)
{
    if (!suspend_asked)
        return;
    suspend_asked = 0;
    leave_the_screen();
    stop_until_continued();
    def_shell_mode(); /* what a person did to the terminal meanwhile stays */
    curses_redraw();
    refresh();
    if (my.mouse)
        (void)!write(STDOUT_FILENO, DRAG_ON, sizeof DRAG_ON - 1);
}

static struct term_event curses_wait(int timeout_ms)
{
    wint_t ch = 0;
    let_signals_in();
    stand_aside_if_asked();
    timeout(0);
    int got = get_wch(&ch);
    if (got == ERR && timeout_ms != 0) {
        sleep_until_something(timeout_ms);
        stand_aside_if_asked();
        got = get_wch(&ch);
    }
    if (got == ERR)
        return (struct term_event){ .what = is_gone() ? TERM_GONE : TERM_NOTHING };
    if (got == OK)
        return (struct term_event){ .what = TERM_KEY, .key = key_of_char(ch) };
    if (ch == KEY_RESIZE) {
        curses_redraw();
        return (struct term_event){ .what = TERM_RESIZE };
    }
    if (ch == KEY_MOUSE)
        return mouse_event();
    uint32_t key = key_of(ch);
    return (struct term_event){ .what = key ? TERM_KEY : TERM_NOTHING, .key = key };
}

static uint64_t curses_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

const struct terminal terminal_curses = {
    .name = "ncurses",
    .open = curses_open,
    .size = curses_size,
    .draw = curses_draw,
    .redraw = curses_redraw,
    .wait = curses_wait,
    .now = curses_now,
    .close = curses_close,
};
