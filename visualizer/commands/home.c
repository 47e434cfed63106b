// SPDX-License-Identifier: MIT
/* The home screen: the demos, Enter opens one. Where there is no terminal: the same list as
   text. */
#include "commands/commands.h"

#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
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

static void print_list(size_t count)
{
    printf("forklab: see processes work together, go wrong, and be put right\n\n");
    for (size_t i = 0; i < count; i++) {
        printf("%2zu %-12s %s\n", i + 1, demos[i].name, demos[i].entry.summary);
    }
}

static int list_as_text(size_t count)
{
    print_list(count);
    printf("\nWatch one:   %s run lock_race\nHelp:        %s help\n", lab_name, lab_name);
    return LAB_FINE;
}

/* The home screen in sentences: a number opens a demo in line mode. */
static int ask_in_lines(size_t count)
{
    char answer[32];
    for (;;) {
        print_list(count);
        printf("\nwhich one? (a number, or q) ");
        fflush(stdout);
        if (fgets(answer, sizeof answer, stdin) == NULL || answer[0] == 'q') {
            printf("%s", answer[0] == 'q' ? "" : "\n");
            return LAB_FINE;
        }
        size_t number = strtoul(answer, NULL, 10);
        if (number >= 1 && number <= count) {
            static struct run_options options;
            run_options_default(&options);
            options.demo = demos[number - 1];
            if (line_run(&options) >= LAB_USAGE) {
                return LAB_CANNOT;
            }
            printf("\n");
        } else {
            answer[strcspn(answer, "\r\n")] = '\0';
            printf("There is no number \"%s\".\n\n", answer);
        }
    }
}

static void open_demo(size_t selected, char *message, size_t size)
{
    static struct run_options options;
    message[0] = '\0';
    run_options_default(&options);
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
    bool plain = argc > 1 && strcmp(argv[1], "--plain") == 0;
    if (argc > 1 + plain) {
        return lab_error(LAB_USAGE, "home takes --plain and nothing else, not \"%s\"",
                         argv[1 + plain]);
    }
    size_t count = fill_items();
    if (count == 0) {
        return lab_error(LAB_CANNOT, "no demo is built yet: type make");
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return list_as_text(count);
    }
    if (plain || wants_text()) {
        return ask_in_lines(count);
    }
    if (screen_open(why, sizeof why) != 0) {
        fprintf(stderr, "%s\n", why);
        return list_as_text(count);
    }
    int rc = show_home(count);
    screen_close();
    return rc;
}
