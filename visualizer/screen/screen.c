// SPDX-License-Identifier: MIT
/*
 * The screen as commands/ see it: frames out, keys in.
 */
#include "screen/screen.h"

#include "screen/draw.h"
#include "screen/explored.h"
#include "screen/keys.h"
#include "screen/layout.h"
#include "screen/pages.h"
#include "screen/reader.h"
#include "screen/terminal.h"

#include <curses.h>

/* In the frame that the person sees: */
static enum action any_key; /* what every key asks for; ACT_NONE: each its own */
static int scrolled = NO_SCROLL;

int screen_open(char *why, size_t size)
{
    any_key = ACT_NONE;
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

static void end_frame(enum action action)
{
    any_key = action;
    move(LINES - 1, COLS - 1); /* where nothing that is drawn begins */
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
    } else if (view->races != NULL) {
        draw_races(view, &area);
    } else if (!view->blank) {
        scrolled = draw_run(view, &area);
    }
    end_frame(view->help            ? ACT_HELP
              : view->races != NULL ? ACT_RACES
              : view->blank         ? ACT_BLANK
                                    : ACT_NONE);
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
    end_frame(home->help ? ACT_HELP : ACT_NONE);
}

void screen_draw_explored(const struct explored_view *view)
{
    if (!terminal_is_open()) {
        return;
    }
    struct area area = begin_frame();
    if (view->help) {
        draw_explored_help(view, &area);
    } else {
        draw_explored(view, &area);
    }
    end_frame(view->help ? ACT_HELP : ACT_NONE);
}

bool screen_has_room_for_two(void)
{
    return terminal_is_open() && COLS >= TWO_COLS;
}

void screen_draw_reader(struct reader_view *view)
{
    if (!terminal_is_open()) {
        return;
    }
    struct area area = begin_frame();
    draw_reader(view, &area);
    end_frame(view->help ? ACT_HELP : ACT_NONE);
}

const struct panel *screen_next_panel(const struct panel *panel, bool all)
{
    const struct panel *next;
    bool behind = panel == NULL;
    bool shown;

    for (size_t i = 0; (next = layout_panel(i, &shown)) != NULL; i++) {
        if (behind && (shown || all)) {
            return next;
        }
        behind = behind || next == panel;
    }
    return NULL;
}

const struct panel *screen_main_panel(void)
{
    const struct panel *best = NULL;
    const struct panel *panel;
    bool shown;

    for (size_t i = 0; (panel = layout_panel(i, &shown)) != NULL; i++) {
        if (panel->rank > 0 && (best == NULL || panel->rank < best->rank)) {
            best = panel;
        }
    }
    return best;
}

const struct panel *screen_graph_panel(void)
{
    return &panel_graph;
}

bool screen_scrolls(int *rows)
{
    *rows = scrolled;
    return scrolled != NO_SCROLL;
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
    /* One key closes it. The next one, typed before the next frame, is itself again. */
    enum action closes = any_key;
    any_key = ACT_NONE;
    return closes != ACT_NONE ? closes : keys_action(code);
}

int screen_signal(void)
{
    return terminal_signal();
}

const volatile sig_atomic_t *screen_signal_flag(void)
{
    return terminal_signal_flag();
}

bool screen_is_behind(void)
{
    return terminal_is_open() && terminal_is_behind();
}
