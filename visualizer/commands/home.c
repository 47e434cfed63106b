// SPDX-License-Identifier: MIT
/*
 * The home screen: where to start, the demos, the lessons. Enter opens one. Where there is
 * no terminal: the same list as text; in line mode a number opens one.
 */
#include "commands/commands.h"
#include "commands/explore.h"

#include "screen/reader.h"
#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 1000, ITEMS_MAX = DEMOS_MAX + LESSONS_MAX + 2 };

#define START_DEMO "lock_race"
#define START_SUMMARY "One minute: two processes count to 10 together, and get it wrong"
#define START_LESSON "40-race-and-lock"

/* What an item of the list stands for: a demo, a lesson, or neither. */
struct target {
    const struct demo *demo;
    const struct lesson *lesson;
    bool start; /* "start here" */
};

static struct demo demos[DEMOS_MAX];
static struct lesson lessons[LESSONS_MAX];
static struct home_item items[ITEMS_MAX];
static struct target targets[ITEMS_MAX];
static size_t item_count;
static char hint[512];
static char own[160];

static void add_item(struct home_item item, struct target target)
{
    items[item_count] = item;
    targets[item_count++] = target;
}

static const struct demo *demo_to_start(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(demos[i].name, START_DEMO) == 0) {
            return &demos[i];
        }
    }
    return NULL;
}

/* Returns how many demos there are. */
static size_t fill_items(void)
{
    size_t demo_count = demos_list(demos, DEMOS_MAX);
    size_t lesson_count = lessons_list(lessons, LESSONS_MAX);
    const struct demo *start = demo_to_start(demo_count);

    item_count = 0;
    if (start != NULL) {
        add_item((struct home_item){.summary = START_SUMMARY, .heading = "start here"},
                 (struct target){.demo = start, .start = true});
    }
    for (size_t i = 0; i < demo_count; i++) {
        add_item((struct home_item){.name = demos[i].name,
                                    .summary = demos[i].entry.summary,
                                    .heading = i == 0 ? "demos" : NULL},
                 (struct target){.demo = &demos[i]});
    }
    for (size_t i = 0; i < lesson_count; i++) {
        add_item((struct home_item){.name = lessons[i].name,
                                    .summary = lessons[i].title,
                                    .aside = lessons[i].minutes,
                                    .heading = i == 0 ? "lessons" : NULL},
                 (struct target){.lesson = &lessons[i]});
    }
    snprintf(own, sizeof own, "%s new my writes my.c; %s run my.c compiles and shows it.",
             lab_name, lab_name);
    add_item((struct home_item){.summary = own, .heading = "your own", .is_note = true},
             (struct target){0});
    snprintf(hint, sizeof hint,
             "Every demo also runs alone:      build/demos/lock_race\n"
             "As text, without this screen:    %s run lock_race --plain",
             lab_name);
    return demo_count;
}

/* --- as text ---------------------------------------------------------------------------- */

static void print_list(void)
{
    printf("forklab: see processes work together, go wrong, and be put right\n");
    for (size_t i = 0; i < item_count; i++) {
        const struct home_item *item = &items[i];
        if (item->heading != NULL) {
            printf("\n%s\n", item->heading);
        }
        if (item->is_note) {
            printf("   %s\n", item->summary);
        } else if (item->name == NULL) {
            printf("%2zu %s\n", i + 1, item->summary);
        } else {
            bool lesson = targets[i].lesson != NULL;
            printf("%2zu %-*s %s%s%s\n", i + 1, lesson ? 23 : 12, item->name,
                   item->summary, lesson && *item->aside != '\0' ? ", " : "",
                   lesson ? item->aside : "");
        }
    }
}

static int list_as_text(void)
{
    print_list();
    printf("\nWatch one:   %s run lock_race\nRead one:    %s read 10\n"
           "Help:        %s help\n",
           lab_name, lab_name, lab_name);
    return LAB_FINE;
}

/* After the first run: the lesson that explains it. */
static void print_offer(void)
{
    for (size_t i = 0; i < item_count; i++) {
        const struct lesson *lesson = targets[i].lesson;
        if (lesson != NULL && strcmp(lesson->folder, START_LESSON) == 0) {
            printf("Why, and what puts it right: lesson %.20s, number %zu here.\n",
                   lesson->name, i + 1);
        }
    }
}

/* False: the lab could not do it. */
static bool open_in_lines(const struct target *target)
{
    static struct run_options options;

    if (target->lesson != NULL) {
        return lesson_print(target->lesson->path, false, true);
    }
    run_options_default(&options);
    options.demo = *target->demo;
    options.speed_given = target->start; /* goes by itself, in slow motion */
    if (line_run(&options) >= LAB_USAGE) {
        return false;
    }
    if (target->start) {
        print_offer();
    }
    return true;
}

/* The home screen in sentences: a number opens a demo in line mode, or prints a lesson. */
static int ask_in_lines(void)
{
    char answer[32];

    for (;;) {
        print_list();
        printf("\nwhich one? (a number, or q) ");
        fflush(stdout);
        if (fgets(answer, sizeof answer, stdin) == NULL || answer[0] == 'q') {
            printf("%s", answer[0] == 'q' ? "" : "\n");
            return LAB_FINE;
        }
        size_t number = strtoul(answer, NULL, 10);
        if (number >= 1 && number <= item_count && !items[number - 1].is_note) {
            if (!open_in_lines(&targets[number - 1])) {
                return LAB_CANNOT;
            }
            printf("\n");
        } else if (answer[0] != '\n') {
            answer[strcspn(answer, "\r\n")] = '\0';
            printf("There is no number \"%s\".\n\n", answer);
        }
    }
}

/* --- on the screen ---------------------------------------------------------------------- */

/* The comment that a demo opens with: what it shows, how to run it, what to expect. */
static struct document *opening_comment(const struct demo *demo)
{
    char folder[512];
    char path[1024];

    if (!repository_folder(folder, sizeof folder)) {
        return NULL;
    }
    snprintf(path, sizeof path, "%s/demos/%s.c", folder, demo->name);
    struct source *source = source_open(path);
    struct document *document =
        source != NULL ? document_open(source, DOCUMENT_COMMENT, FOR_SCREEN) : NULL;
    source_close(source);
    return document;
}

/* What stands beside the list, about the selected item. */
static void look_beside(struct home_view *home)
{
    const struct target *target = &targets[home->selected];

    document_close(home->beside);
    home->beside = NULL;
    if (target->lesson != NULL) {
        struct source *source = source_open(target->lesson->path);
        home->beside =
            source != NULL ? document_open(source, DOCUMENT_LESSON, FOR_SCREEN) : NULL;
        home->beside_name = target->lesson->name;
        source_close(source);
    } else if (target->demo != NULL) {
        home->beside = opening_comment(target->demo);
        home->beside_name = target->demo->name;
    }
}

static void select_item(struct home_view *home, size_t selected)
{
    home->selected = selected;
    look_beside(home);
}

/* The next item that is no note, if there is one. */
static void move(struct home_view *home, int by)
{
    size_t next = home->selected + (size_t)by;

    while (next < item_count && items[next].is_note) {
        next += (size_t)by;
    }
    if (next < item_count) {
        select_item(home, next);
    }
}

/* After the first run: the lesson that explains it. */
static void offer_lesson(struct home_view *home, char *message, size_t size)
{
    for (size_t i = 0; i < item_count; i++) {
        const struct lesson *lesson = targets[i].lesson;
        if (lesson != NULL && strcmp(lesson->folder, START_LESSON) == 0) {
            snprintf(message, size,
                     "Why, and what puts it right: lesson %.20s. Enter opens it.",
                     lesson->name);
            select_item(home, i);
        }
    }
}

static void open_item(struct home_view *home, char *message, size_t size)
{
    static struct run_options options;
    const struct target *target = &targets[home->selected];

    message[0] = '\0';
    if (target->lesson != NULL) {
        if (!lesson_show(target->lesson->path, true)) {
            snprintf(message, size, "%.60s cannot be read.", target->lesson->folder);
        }
        return;
    }
    run_options_default(&options);
    options.demo = *target->demo;
    if (live_run(&options, true) != LAB_FINE) {
        snprintf(message, size, "%.60s could not be started.", target->demo->name);
    } else if (target->start) {
        offer_lesson(home, message, size);
    }
}

/* Every schedule of the selected demo. */
static void explore_item(struct home_view *home, char *message, size_t size)
{
    static struct explore_options options;
    const struct demo *demo = targets[home->selected].demo;

    message[0] = '\0';
    if (demo == NULL) {
        snprintf(message, size, "e shows every schedule of a demo: choose one.");
        return;
    }
    explore_default(&options);
    options.run.demo = *demo;
    options.run.typed = options.run.demo.name;
    explore_prepare(&options);
    explore_on_screen(&options, true, message, size);
}

static void show_home(void)
{
    char message[160] = "";
    bool leave = false;
    struct home_view home = {
        .items = items, .count = item_count, .message = message, .hint = hint};

    select_item(&home, 0);
    while (!leave) {
        screen_draw_home(&home);
        enum action action = screen_key(WAIT_MS, -1);
        if (action != ACT_NONE && action != ACT_RESIZE && action != ACT_OPEN) {
            message[0] = '\0';
        }
        switch (action) {
        case ACT_UP:
            move(&home, -1);
            break;
        case ACT_DOWN:
            move(&home, 1);
            break;
        case ACT_FIRST:
            select_item(&home, 0);
            break;
        case ACT_OPEN:
            open_item(&home, message, sizeof message);
            break;
        case ACT_EXPLORE:
            explore_item(&home, message, sizeof message);
            break;
        case ACT_HELP:
            home.help = !home.help;
            break;
        case ACT_QUIT:
        case ACT_HANGUP:
            leave = true;
            break;
        default:
            break;
        }
    }
    document_close(home.beside);
}

int command_home(int argc, char **argv)
{
    char why[256];
    bool plain = argc > 1 && strcmp(argv[1], "--plain") == 0;
    if (argc > 1 + plain) {
        return lab_error(LAB_USAGE, "home takes --plain and nothing else, not \"%s\"",
                         argv[1 + plain]);
    }
    if (fill_items() == 0) {
        return lab_error(LAB_CANNOT, "no demo is built yet: type make");
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return list_as_text();
    }
    if (plain || wants_text()) {
        return ask_in_lines();
    }
    if (screen_open(why, sizeof why) != 0) {
        fprintf(stderr, "%s\n", why);
        return ask_in_lines();
    }
    show_home();
    screen_close();
    lab_end_by_signal();
    return LAB_FINE;
}
