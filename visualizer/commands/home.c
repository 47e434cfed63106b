// SPDX-License-Identifier: MIT
/* The home screen: the demos, Enter opens one. Where there is no terminal: the same list as
   text. */
#include "commands/commands.h"

#include "screen/screen.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 1000 };

static struct demo demos[DEMOS_MAX];
static struct home_item items[DEMOS_MAX];
static char hint[256];

static size_t fill_items(void)
{
    size_t count = demos_list(demos, DEMOS_MAX);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct home_item){.name = demos[i].name,
                                      .summary = demos[i].entry.summary,
                                      .heading = i == 0 ? "demos" : NULL};
    }
    char folder[512];
    lab_folder(folder, sizeof folder);
    snprintf(hint, sizeof hint,
             "Every demo also runs alone:      build/demos/lock_race\n"
             "As text, without this screen:    %s run lock_race --plain",
             lab_name);
    return count;
}

static int list_as_text(size_t count)
{
    printf("forklab: see processes work together, go wrong, and be put right\n\n");
    for (size_t i = 0; i < count; i++) {
        printf("  %-12s %s\n", demos[i].name, demos[i].entry.summary);
    }
    printf("\nWatch one:   %s run lock_race\nHelp:        %s help\n", lab_name, lab_name);
    return LAB_FINE;
}

static void open_demo(size_t selected, char *message, size_t size)
{
    static struct run_options options;
    char verb[] = "run";
    char *none[] = {verb, NULL};
    message[0] = '\0';
    run_options_read(&options, 1, none);
    options.demo = demos[selected];
    if (live_run(&options, true) != LAB_FINE) {
        snprintf(message, size, "%s could not be started.", demos[selected].name);
    }
}

static int show_home(size_t count)
{
    char message[128] = "";
    struct home_view home = {
        .items = items, .count = count, .message = message, .hint = hint};
    for (;;) {
        screen_draw_home(&home);
        switch (screen_key(WAIT_MS, -1)) {
        case ACT_UP:
            home.selected -= home.selected > 0;
            break;
        case ACT_DOWN:
            home.selected += home.selected + 1 < count;
            break;
        case ACT_OPEN:
            if (!home.help) {
                open_demo(home.selected, message, sizeof message);
            }
            break;
        case ACT_HELP:
            home.help = !home.help;
            break;
        case ACT_QUIT:
        case ACT_HANGUP:
            return LAB_FINE;
        default:
            break;
        }
    }
}

int command_home(int argc, char **argv)
{
    char why[256];
    if (argc > 1 && strcmp(argv[0], "home") == 0) {
        return lab_error(LAB_USAGE, "home takes no arguments, not \"%s\"", argv[1]);
    }
    size_t count = fill_items();
    if (count == 0) {
        return lab_error(LAB_CANNOT, "no demo is built yet: type make");
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return list_as_text(count);
    }
    if (screen_open(why, sizeof why) != 0) {
        fprintf(stderr, "%s\n", why);
        return list_as_text(count);
    }
    int rc = show_home(count);
    screen_close();
    return rc;
}
