// SPDX-License-Identifier: MIT
/*
 * The screen of a lab built without ncurses: it cannot be opened, and says what to do. The
 * callers then speak as text, and never come to the rest.
 */
#include "screen/explored.h"
#include "screen/reader.h"
#include "screen/screen.h"

#include "screen/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

int screen_open(char *why, size_t size)
{
    snprintf(why, size,
             "This lab was built without ncurses: as text, then. \"%s\" builds "
             "it with a screen.",
             "make lab");
    return -ENOTSUP;
}

void screen_close(void)
{
}

void screen_draw(const struct view *view)
{
    (void)view;
}

void screen_draw_home(const struct home_view *home)
{
    (void)home;
}

void screen_draw_explored(const struct explored_view *view)
{
    (void)view;
}

bool screen_has_room_for_two(void)
{
    return false;
}

void screen_draw_reader(struct reader_view *view)
{
    (void)view;
}

const struct panel *screen_next_panel(const struct panel *panel, bool all)
{
    (void)all;
    return panel;
}

const struct panel *screen_main_panel(void)
{
    return NULL;
}

const struct panel *screen_graph_panel(void)
{
    return NULL;
}

bool screen_scrolls(int *rows)
{
    *rows = 0;
    return false;
}

bool screen_has_python(const struct view *view)
{
    (void)view;
    return false;
}

enum action screen_key(int timeout_ms, int fd)
{
    (void)timeout_ms;
    (void)fd;
    return ACT_QUIT;
}

int screen_signal(void)
{
    return 0;
}

const volatile sig_atomic_t *screen_signal_flag(void)
{
    static const volatile sig_atomic_t none;
    return &none;
}

bool screen_is_behind(void)
{
    return true;
}

bool screen_run(const char *command, const char *folder, char *why, size_t size)
{
    (void)command;
    (void)folder;
    snprintf(why, size, "there is no screen to come back to");
    return false;
}

void screen_away(void)
{
    spawn_step_aside();
}

void screen_back(void)
{
    spawn_step_back();
}

int screen_wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void screen_any_key(void)
{
}
