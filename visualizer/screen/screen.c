// SPDX-License-Identifier: MIT
/*
 * The screen as commands/ see it: frames out, keys in.
 */
#include "screen/screen.h"

#include "screen/draw.h"
#include "screen/keys.h"
#include "screen/pages.h"
#include "screen/terminal.h"

#include <curses.h>

static bool help_is_shown; /* in the frame that the person sees */

int screen_open(char *why, size_t size)
{
    help_is_shown = false;
    return terminal_open(why, size);
}

void screen_close(void)
{
    terminal_close();
}

static struct area begin_frame(void)
{
    erase();
    return (struct area){0, 0, LINES, COLS};
}

static void end_frame(bool help)
{
    help_is_shown = help;
    move(LINES - 1, 0);
    refresh();
}

void screen_draw(const struct view *view)
{
    if (!terminal_is_open()) {
        return;
    }
    struct area area = begin_frame();
    if (view->help) {
        draw_help(view, &area);
    } else {
        draw_run(view, &area);
    }
    end_frame(view->help);
}

void screen_draw_home(const struct home_view *home)
{
    if (!terminal_is_open()) {
        return;
    }
    struct area area = begin_frame();
    if (home->help) {
        draw_help(NULL, &area);
    } else {
        draw_home(home, &area);
    }
    end_frame(home->help);
}

/* Esc and at once something else is a key of which curses knows nothing: not Esc, then. */
static int key_pressed(void)
{
    enum { ESCAPE = 27 };
    int code = terminal_key();

    if (code == ESCAPE && terminal_key() >= 0) {
        while (terminal_key() >= 0) {
        }
        return 0;
    }
    return code;
}

enum action screen_key(int timeout_ms, int fd)
{
    static const enum action woken[] = {
        [WAKE_NONE] = ACT_NONE, [WAKE_KEY] = ACT_NONE,      [WAKE_RESIZE] = ACT_RESIZE,
        [WAKE_QUIT] = ACT_QUIT, [WAKE_HANGUP] = ACT_HANGUP,
    };
    int code = -1;

    if (!terminal_is_open()) {
        return ACT_HANGUP;
    }
    /* first what curses has read already, which poll() knows nothing of; then wait */
    for (int i = 0; i < 2 && code < 0; i++) {
        enum wake wake = terminal_wait(i == 0 ? 0 : timeout_ms, i == 0 ? -1 : fd);
        if (woken[wake] != ACT_NONE) {
            return woken[wake];
        }
        code = key_pressed();
    }
    if (code < 0) {
        return ACT_NONE;
    }
    return help_is_shown ? ACT_HELP : keys_action(code);
}

int screen_signal(void)
{
    return terminal_signal();
}

bool screen_is_behind(void)
{
    return terminal_is_open() && terminal_is_behind();
}
