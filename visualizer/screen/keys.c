// SPDX-License-Identifier: MIT
/*
 * The table of keys, and what is made of it.
 */
#include "screen/keys.h"
#include "screen/text.h"

#include "screen/canvas.h"
#include "screen/explored.h"
#include "screen/glyphs.h"
#include "screen/layout.h"
#include "screen/people.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

enum { KEY_CODES = 4, KEY_ESCAPE = 27, NARROW_BAR = 40 };

typedef bool when(const struct view *view);

struct key {
    const char *name;      /* as it is written; NULL: a second key of the row above */
    const char *word;      /* in the bar of a run; NULL: not a key of a run */
    const char *home_word; /* in the bar of the home screen; NULL: not a key there */
    const char *help;
    enum action action;
    int codes[KEY_CODES]; /* 0 ends */
    int rank;             /* in the bar: the highest give way first */
    when *works;          /* NULL: always */
};

static bool can_go(const struct view *view)
{
    return view->mode == RUN_PAST || (view->can_choose && view->mode != RUN_ENDED);
}

static bool can_step(const struct view *view)
{
    return view->can_choose && view->mode == RUN_STOPPED;
}

static bool can_start_again(const struct view *view)
{
    return !view->attached && !view->recorded;
}

static bool can_choose(const struct view *view)
{
    return can_step(view) || (view->mode == RUN_PAST && can_start_again(view));
}

/* Free, the order is nobody's, and it does not stop by itself. */
static bool can_start_in_another_order(const struct view *view)
{
    return can_start_again(view) && !view_is_free(view);
}

static bool can_look_back(const struct view *view)
{
    return view->can_look_back && view->model->steps > 0;
}

static bool can_save(const struct view *view)
{
    return can_look_back(view) && !view->recorded;
}

static bool can_look_forward(const struct view *view)
{
    return view->mode == RUN_PAST;
}

static bool can_stop_by_itself(const struct view *view)
{
    return can_go(view) && !view_is_free(view);
}

static bool has_twin(const struct view *view)
{
    return view->twin != NULL && *view->twin != '\0' && !view->attached;
}

static bool can_select(const struct view *view)
{
    return view->full || view->model->process_count > 1;
}

static bool can_run_free(const struct view *view)
{
    return can_start_again(view) && view->mode == RUN_ENDED && !view_is_free(view);
}

static bool is_asked(const struct view *view)
{
    return view->asks;
}

static bool is_full(const struct view *view)
{
    return view->full && !view->asks;
}

static bool can_be_full(const struct view *view)
{
    return !view->full && !view->large && !view->asks;
}

static bool has_panels(const struct view *view)
{
    return !view->large;
}

static bool is_large(const struct view *view)
{
    return view->large;
}

static bool can_be_large(const struct view *view)
{
    return !view->large;
}

static bool can_show_python(const struct view *view)
{
    return !view->large && screen_has_python(view);
}

static bool is_stuck(const struct view *view)
{
    return view->model->stuck && !view->large;
}

static bool can_kill(const struct view *view)
{
    return view->selected >= 0 && view->selected < MP_PROCESSES &&
           view->mode != RUN_ENDED &&
           view->model->processes[view->selected].entry.life >= MP_LIFE_STARTED &&
           view->model->processes[view->selected].entry.life <= MP_LIFE_ENDED;
}

/* A table is read by its rows. */
/* clang-format off */
static const struct key table[] = {
    {"Space", "go/stop", NULL, "go on, or stop everybody",
     ACT_GO_STOP, {' '}, 0, can_go},
    {"n", "step", NULL, "one step; the lab picks who",
     ACT_STEP, {'n'}, 3, can_step},
    {"0-9", "who goes", NULL, "that process does one step",
     ACT_CHOOSE_0, {0}, 2, can_choose},
    {"<", "back", NULL, "back through what has happened",
     ACT_BACK, {KEY_LEFT, KEY_BACKSPACE, 0x7f, '\b'}, 3, can_look_back},
    {">", "forward", NULL, "forward again",
     ACT_FORWARD, {KEY_RIGHT}, 3, can_look_forward},
    {"Home", "first step", NULL, "the start; End: the present",
     ACT_FIRST, {KEY_HOME}, 10, can_look_back},
    {"End", "present", NULL, NULL,
     ACT_LAST, {KEY_END}, 4, can_look_forward},
    {"/", "find", NULL, "next write, lock, end, loss",
     ACT_FIND, {'/'}, 10, can_look_back},
    {"+/-", "speed", NULL, "faster, up to free; slower",
     ACT_FASTER, {'+', '='}, 4, can_go},
    {NULL, NULL, NULL, NULL,
     ACT_SLOWER, {'-', '_'}, 0, can_go},
    {"x", "", NULL, "with the lock, or without it",
     ACT_TWIN, {'x'}, 5, has_twin},
    {"f", "full size, free", NULL, "free, with its own numbers",
     ACT_FREE_FULL, {'f'}, 5, can_run_free},
    {"r", "again", NULL, "run it again",
     ACT_AGAIN, {'r'}, 6, can_start_again},
    {"s", "other seed", NULL, "again, in another order",
     ACT_OTHER_SEED, {'s'}, 8, can_start_in_another_order},
    {"", "select", "choose", "select a process; scroll",
     ACT_UP, {KEY_UP}, 9, can_select},
    {NULL, NULL, NULL, NULL,
     ACT_DOWN, {KEY_DOWN}, 0, can_select},
    {"e", "every schedule", "explore", "every schedule of it",
     ACT_EXPLORE, {'e'}, 19, can_start_again},
    {"k", "kill", NULL, "twice: kill the selected one",
     ACT_KILL, {'k'}, 4, can_kill},
    {"d", "deadlock", NULL, "stuck: who waits for whom",
     ACT_GRAPH, {'d'}, 2, is_stuck},
    {"w", "keep it", NULL, "write a recording of this run",
     ACT_SAVE, {'w'}, 17, can_save},
    {"o", "edit", NULL, "edit it, build it, run it again",
     ACT_EDIT, {'o'}, 18, can_start_again},
    {"a", "own stops", NULL, "stop by itself where it matters",
     ACT_STOPPING, {'a'}, 15, can_stop_by_itself},
    {"g", "grain", NULL, "what counts as a step",
     ACT_GRAIN, {'g'}, 16, can_step},
    {"Tab", "next panel", NULL, "mark the next panel",
     ACT_PANEL, {'\t'}, 11, has_panels},
    {"Enter", "answer", "open", "answer; open; full screen",
     ACT_OPEN, {KEY_ENTER, '\r', '\n'}, 1, is_asked},
    {"Enter", "back", NULL, NULL,
     ACT_OPEN, {0}, 1, is_full},
    {"Enter", "full screen", NULL, NULL,
     ACT_OPEN, {0}, 12, can_be_full},
    {"u", "data races", NULL, "unordered accesses: data races",
     ACT_RACES, {'u'}, 16, NULL},
    {"p", "large letters", NULL, "large letters, or small",
     ACT_LARGE, {'p'}, 13, can_be_large},
    {"p", "small letters", NULL, NULL,
     ACT_LARGE, {0}, 1, is_large},
    {"y", "Python", NULL, "the same in Python, beside the C",
     ACT_PYTHON, {'y'}, 14, can_show_python},
    {"b", "blank", NULL, "an empty screen; any key: back",
     ACT_BLANK, {'b'}, 17, NULL},
    {NULL, NULL, NULL, NULL,
     ACT_PAGE_UP, {KEY_PPAGE}, 0, NULL},
    {NULL, NULL, NULL, NULL,
     ACT_PAGE_DOWN, {KEY_NPAGE}, 0, NULL},
    {NULL, NULL, NULL, NULL,
     ACT_PREVIOUS, {KEY_BTAB}, 0, NULL},
    {"?", "keys", "keys", "these lines; any key closes them",
     ACT_HELP, {'?'}, 1, NULL},
    {"q", "quit", "quit", "leave, or back; Esc too",
     ACT_QUIT, {'q', KEY_ESCAPE}, 0, NULL},
};
/* clang-format on */

enum { KEYS = sizeof(table) / sizeof(table[0]) };

enum action keys_action(int code)
{
    if (code >= '0' && code <= '9') {
        return (enum action)(ACT_CHOOSE_0 + (code - '0'));
    }
    for (size_t i = 0; i < KEYS; i++) {
        for (size_t j = 0; j < KEY_CODES && table[i].codes[j] != 0; j++) {
            if (table[i].codes[j] == code) {
                return table[i].action;
            }
        }
    }
    return ACT_NONE;
}

const struct key *keys_row(size_t row)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (table[i].name != NULL && row-- == 0) {
            return &table[i];
        }
    }
    return NULL;
}

void keys_name(const struct key *key, char *text, size_t size)
{
    if (key->action == ACT_BACK || key->action == ACT_FORWARD) {
        snprintf(text, size, "%s",
                 glyph(key->action == ACT_BACK ? GLYPH_KEY_LEFT : GLYPH_KEY_RIGHT));
    } else if (*key->name != '\0') {
        snprintf(text, size, "%s", key->name);
    } else {
        snprintf(text, size, "%s %s", glyph(GLYPH_KEY_UP), glyph(GLYPH_KEY_DOWN));
    }
}

const char *keys_help(const struct key *key)
{
    return key->help;
}

bool keys_work(const struct key *key, const struct view *view)
{
    if (view == NULL) {
        return key->home_word != NULL;
    }
    return key->word != NULL && (key->works == NULL || key->works(view));
}

/* Its word where they are still covered, and a prediction is asked for. */
static const char *word_asked(const struct key *key, bool at_home)
{
    switch (key->action) {
    case ACT_CHOOSE_0:
        return "answer";
    case ACT_GO_STOP:
        return "show";
    case ACT_HELP:
        return "keys";
    case ACT_QUIT:
        return at_home ? "back" : "quit";
    default:
        return NULL;
    }
}

/* Its word where every schedule is shown; NULL: it does nothing there now. */
static const char *word_explored(const struct key *key, const struct explored_view *view)
{
    if (view->asks) {
        return word_asked(key, view->at_home);
    }
    switch (key->action) {
    case ACT_GO_STOP:
        return view->running ? "stop" : NULL;
    case ACT_TWIN:
        return view->twin;
    case ACT_UP:
        return view->outcomes->count > 1 ? "bar" : NULL;
    case ACT_OPEN:
        return key->codes[0] != 0 && view->outcomes->count > 0 ? "walk through it" : NULL;
    case ACT_HELP:
        return "keys";
    case ACT_QUIT:
        return view->at_home ? "back" : "quit";
    default:
        return NULL;
    }
}

/* Whose bar it is; both NULL: that of the home screen. */
struct page {
    const struct view *run;
    const struct explored_view *explored;
};

static bool works_on(const struct page *page, const struct key *key)
{
    return page->explored != NULL ? word_explored(key, page->explored) != NULL
                                  : keys_work(key, page->run);
}

static const char *word_in_run(const struct key *key, const struct view *view)
{
    if (key->action == ACT_TWIN) {
        return view->twin;
    }
    if (key->action == ACT_KILL && view->armed) {
        return "kill now";
    }
    int rows;
    if (key->action == ACT_UP && view->full && screen_scrolls(&rows)) {
        return "scroll";
    }
    return key->action == ACT_QUIT && (view->at_home || view->full) ? "back" : key->word;
}

static const char *word_now(const struct key *key, const struct page *page)
{
    return page->explored != NULL ? word_explored(key, page->explored)
           : page->run != NULL    ? word_in_run(key, page->run)
                                  : key->home_word;
}

/* Writes those keys of the bar that are wanted. Returns the columns. */
static int write_bar(const struct page *page, const bool *wanted, bool words, char *text,
                     size_t size)
{
    char name[TEXT_SIZE];
    const struct key *key;
    size_t used = 0;

    *text = '\0';
    for (size_t row = 0; (key = keys_row(row)) != NULL; row++) {
        if (wanted[row] && used < size) {
            keys_name(key, name, sizeof(name));
            used += (size_t)snprintf(text + used, size - used, "%s%s%s%s",
                                     used > 0 && words ? "  " : " ", name,
                                     words ? " " : "", words ? word_now(key, page) : "");
        }
    }
    return text_columns(text);
}

static void bar_of(const struct page *page, int cols, char *text, size_t size)
{
    bool words = cols >= NARROW_BAR;
    bool wanted[KEYS] = {false};
    const struct key *key;

    for (int rank = 0; rank < KEYS; rank++) {
        for (size_t row = 0; (key = keys_row(row)) != NULL; row++) {
            if (key->rank == rank && works_on(page, key)) {
                wanted[row] = true;
                wanted[row] = write_bar(page, wanted, words, text, size) <= cols;
            }
        }
    }
    write_bar(page, wanted, words, text, size);
}

void keys_bar(const struct view *view, int cols, char *text, size_t size)
{
    bar_of(&(struct page){.run = view}, cols, text, size);
}

void keys_bar_explored(const struct explored_view *view, int cols, char *text, size_t size)
{
    bar_of(&(struct page){.explored = view}, cols, text, size);
}

const char *keys_word_explored(const struct key *key, const struct explored_view *view)
{
    return word_explored(key, view);
}
