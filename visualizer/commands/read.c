// SPDX-License-Identifier: MIT
/*
 * lab read: a lesson on the screen, with its links, folds and commands; or as text.
 */
#include "commands/commands.h"

#include "screen/glyphs.h"
#include "screen/reader.h"
#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 1000, DEPTH = 32, PATH_SIZE = 1024, WIDTH = 79 };

/* A document that is open, and the way back to the one whose link led here. */
struct page {
    char path[PATH_SIZE];
    struct reader reader;
};

struct reading {
    struct page pages[DEPTH];
    int depth; /* pages[depth] is what is read */
    char message[256];
    bool leave;
};

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static struct document *open_document(const char *path, enum document_way way)
{
    struct source *source = source_open(path);
    struct document *document = NULL;

    if (source != NULL) {
        document = document_open(
            source, ends_in(path, ".md") ? DOCUMENT_LESSON : DOCUMENT_TEXT, way);
    }
    source_close(source);
    return document;
}

static bool open_page(struct page *page, const char *path)
{
    snprintf(page->path, sizeof page->path, "%s", path);
    page->reader =
        (struct reader){.document = open_document(path, FOR_SCREEN), .selected = -1};
    return page->reader.document != NULL;
}

/* --- links ------------------------------------------------------------------------------ */

/* What a link in the file `from` means: a path without "..", or a folder's README.md. */
static bool resolve(const char *from, const char *target, char *path)
{
    char joined[2 * PATH_SIZE];
    const char *slash = strrchr(from, '/');
    int folder = slash != NULL && *target != '/' ? (int)(slash - from) : 0;

    snprintf(joined, sizeof joined, "%.*s/%.*s%s", folder, from,
             (int)strcspn(target, "#"), target, ends_in(target, "/") ? "README.md" : "");
    char *real = realpath(joined, NULL);
    bool found = real != NULL && strlen(real) < PATH_SIZE - sizeof "/README.md";
    if (found) {
        snprintf(path, PATH_SIZE, "%s", real);
    }
    free(real);
    return found;
}

static void go_to_anchor(struct reader *reader, const char *target)
{
    const char *anchor = strchr(target, '#');
    int row = anchor != NULL ? document_anchor(reader->document, anchor + 1) : -1;

    if (row >= 0) {
        reader->top = row;
        reader->selected = -1;
    }
}

static void follow(struct reading *reading, const char *target)
{
    struct page *page = &reading->pages[reading->depth];
    char path[PATH_SIZE];

    if (strstr(target, "://") != NULL) {
        snprintf(reading->message, sizeof reading->message, "On the web: %.200s", target);
    } else if (*target == '#') {
        go_to_anchor(&page->reader, target);
    } else if (!resolve(page->path, target, path)) {
        snprintf(reading->message, sizeof reading->message, "There is no file %.200s",
                 target);
    } else if (reading->depth + 1 == DEPTH) {
        snprintf(reading->message, sizeof reading->message,
                 "That is deep enough: go back a few pages first.");
    } else if (!open_page(page + 1, path)) {
        snprintf(reading->message, sizeof reading->message, "%.200s cannot be read.",
                 target);
    } else {
        reading->depth++;
        document_fit(page[1].reader.document, page->reader.document->cols);
        go_to_anchor(&page[1].reader, target);
    }
}

static void go_back(struct reading *reading)
{
    if (reading->depth == 0) {
        reading->leave = true;
        return;
    }
    document_close(reading->pages[reading->depth--].reader.document);
}

/* --- the loop --------------------------------------------------------------------------- */

static void open_selected(struct reading *reading)
{
    struct reader *reader = &reading->pages[reading->depth].reader;
    char folder[512];

    if (reader->selected < 0) {
        return;
    }
    const struct item *item = &reader->document->items[reader->selected];
    switch (item->kind) {
    case ITEM_FOLD:
        reader_toggle(reader);
        break;
    case ITEM_LINK:
        follow(reading, item->text);
        break;
    case ITEM_COMMAND:
        if (!repository_folder(folder, sizeof folder)) {
            snprintf(folder, sizeof folder, ".");
        }
        screen_run(item->text, folder, reading->message, sizeof reading->message);
        break;
    }
}

static bool move_of(enum action action, enum reader_move *move)
{
    static const struct {
        enum action action;
        enum reader_move move;
    } moves[] = {
        {ACT_UP, MOVE_UP},
        {ACT_DOWN, MOVE_DOWN},
        {ACT_PAGE_UP, MOVE_PAGE_UP},
        {ACT_PAGE_DOWN, MOVE_PAGE_DOWN},
        {ACT_GO_STOP, MOVE_PAGE_DOWN},
        {ACT_FIRST, MOVE_FIRST},
        {ACT_LAST, MOVE_LAST},
        {ACT_PANEL, MOVE_NEXT_ITEM},
        {ACT_PREVIOUS, MOVE_PREVIOUS_ITEM},
    };

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action == action) {
            *move = moves[i].move;
            return true;
        }
    }
    return false;
}

static void act(struct reading *reading, struct reader_view *view, enum action action)
{
    enum reader_move move;

    if (action == ACT_NONE || action == ACT_RESIZE) {
        return;
    }
    reading->message[0] = '\0';
    if (move_of(action, &move)) {
        reader_move(&reading->pages[reading->depth].reader, move);
        return;
    }
    switch (action) {
    case ACT_OPEN:
        open_selected(reading);
        break;
    case ACT_BACK:
        go_back(reading);
        break;
    case ACT_HELP:
        view->help = !view->help;
        break;
    case ACT_QUIT:
    case ACT_HANGUP:
        reading->leave = true;
        break;
    default:
        break;
    }
}

bool lesson_show(const char *path, bool at_home)
{
    static struct reading reading;
    struct reader_view view = {.at_home = at_home};

    reading = (struct reading){.depth = 0};
    if (!open_page(&reading.pages[0], path)) {
        return false;
    }
    while (!reading.leave) {
        struct page *page = &reading.pages[reading.depth];
        const char *slash = strrchr(page->path, '/');
        view.reader = page->reader;
        view.name = slash != NULL ? slash + 1 : page->path;
        view.message = reading.message;
        screen_draw_reader(&view);
        page->reader = view.reader;
        act(&reading, &view, screen_key(WAIT_MS, -1));
    }
    for (; reading.depth >= 0; reading.depth--) {
        document_close(reading.pages[reading.depth].reader.document);
    }
    return true;
}

/* --- as text ---------------------------------------------------------------------------- */

static void set_folds(struct document *document, bool open)
{
    for (int i = 0; i < document->item_count; i++) {
        if (document->items[i].kind == ITEM_FOLD) {
            document_fold(document, i, open);
        }
    }
}

/* The fold with this number, as the text says it; -1: there is none. */
static int fold_numbered(const struct document *document, unsigned long number)
{
    for (int i = 0; i < document->item_count; i++) {
        if (document->items[i].kind == ITEM_FOLD && --number == 0) {
            return i;
        }
    }
    return -1;
}

/* In line mode what is folded is asked for by its number. */
static void ask_for_folds(struct document *document)
{
    char answer[32];

    if (fold_numbered(document, 1) < 0) {
        return;
    }
    for (;;) {
        printf("\nunfold which? (a number, or Enter to leave) ");
        fflush(stdout);
        if (fgets(answer, sizeof answer, stdin) == NULL || answer[0] == '\n' ||
            answer[0] == 'q') {
            return;
        }
        int fold = fold_numbered(document, strtoul(answer, NULL, 10));
        if (fold < 0) {
            answer[strcspn(answer, "\r\n")] = '\0';
            printf("Nothing folded has the number \"%s\".\n", answer);
        } else {
            printf("\n");
            document_print(document, fold, WIDTH, stdout);
        }
    }
}

bool lesson_print(const char *path, bool unfold, bool ask)
{
    glyphs_choose_by_locale();
    struct document *document = open_document(path, FOR_PIPE);

    if (document == NULL) {
        return false;
    }
    if (unfold) {
        set_folds(document, true);
    }
    document_print(document, -1, WIDTH, stdout);
    if (ask) {
        ask_for_folds(document);
    }
    document_close(document);
    return true;
}

/* --- the command ------------------------------------------------------------------------ */

struct read_options {
    const char *name; /* NULL: the path, lessons/README.md */
    bool plain, unfold;
};

static int read_options(struct read_options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--plain") == 0) {
            options->plain = true;
        } else if (strcmp(argv[i], "--unfold") == 0) {
            options->unfold = true;
        } else if (argv[i][0] == '-') {
            return lab_error(LAB_USAGE, "read knows --plain and --unfold, not \"%s\"",
                             argv[i]);
        } else if (options->name != NULL) {
            return lab_error(LAB_USAGE, "\"%s\" is one too many: read takes one lesson",
                             argv[i]);
        } else {
            options->name = argv[i];
        }
    }
    return LAB_FINE;
}

static int find_path(const char *name, char *path, size_t size)
{
    char why[256];
    struct lesson lesson;

    if (name != NULL && strchr(name, '/') == NULL) {
        if (!lesson_find(name, &lesson, why, sizeof why)) {
            return lab_error(LAB_USAGE, "%s", why);
        }
        snprintf(path, size, "%s", lesson.path);
        return LAB_FINE;
    }
    if (name != NULL) { /* any file */
        snprintf(path, size, "%s", name);
        return access(path, R_OK) == 0 ? LAB_FINE
                                       : lab_error(LAB_USAGE, "%s cannot be read", name);
    }
    char root[512];
    if (!repository_folder(root, sizeof root)) {
        return lab_error(LAB_USAGE, "read what? There are no lessons beside the lab");
    }
    snprintf(path, size, "%s/lessons/README.md", root);
    return LAB_FINE;
}

int command_read(int argc, char **argv)
{
    struct read_options options = {.name = NULL};
    char path[PATH_SIZE];
    char why[256];
    int rc = read_options(&options, argc, argv);

    rc = rc == LAB_FINE ? find_path(options.name, path, sizeof path) : rc;
    if (rc != LAB_FINE) {
        return rc;
    }
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    bool text = !terminal || options.plain || wants_text();
    if (!text && screen_open(why, sizeof why) != 0) {
        fprintf(stderr, "%s\n", why);
        text = true;
    }
    bool done = text ? lesson_print(path, options.unfold, terminal && !options.unfold)
                     : lesson_show(path, false);
    if (!text) {
        screen_close();
        lab_end_by_signal();
    }
    return done ? LAB_FINE : lab_error(LAB_CANNOT, "%s cannot be read", path);
}
