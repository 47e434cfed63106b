// SPDX-License-Identifier: MIT
/*
 * The screen: draws a view of a run (or the home list) with ncurses and reads keys.
 *
 * It knows the model and nothing below it: commands/ fills in a struct view, calls
 * screen_draw() some 20 times a second or when something changed, and asks screen_key() for
 * what the person wants. One table of keys drives the keys, the help and the bar.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "model/graph.h"
#include "session/debuginfo.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* What a key asks for. Digits: ACT_CHOOSE_0 + digit. */
enum action {
    ACT_NONE,
    ACT_GO_STOP,
    ACT_STEP,
    ACT_FASTER,
    ACT_SLOWER,
    ACT_AGAIN,
    ACT_OTHER_SEED,
    ACT_UP,
    ACT_DOWN,
    ACT_KILL,
    ACT_OPEN,
    ACT_HELP,
    ACT_QUIT,
    ACT_RESIZE,
    ACT_TWIN,
    ACT_CHOOSE_0,
    ACT_CHOOSE_9 = ACT_CHOOSE_0 + 9,
    ACT_STOPPING,  /* stop by itself at what matters, or not */
    ACT_LARGE,     /* large letters, or small ones again */
    ACT_BLANK,     /* an empty screen; any key: back */
    ACT_PYTHON,    /* the Python beside the C */
    ACT_PANEL,     /* the next panel is marked */
    ACT_GRAIN,     /* something else counts as a step */
    ACT_FREE_FULL, /* free, and with the program's own numbers */
    ACT_EDIT,      /* its source in an editor; then built, and again */
    ACT_PAGE_UP,   /* reading: */
    ACT_PAGE_DOWN,
    ACT_FIRST,
    ACT_LAST,
    ACT_BACK,     /* Backspace, and the arrow to the left; of a run: one step */
    ACT_FORWARD,  /* of a run: one step that has been looked back over */
    ACT_SAVE,     /* writes a recording of the run */
    ACT_FIND,     /* of a run: the next write, lock, end, lost update */
    ACT_PREVIOUS, /* Shift-Tab: the other way round */
    ACT_RACES,    /* its data races, or the run again */
    ACT_GRAPH,    /* of a run that is stuck: who waits for whom, on the whole screen */
    ACT_EXPLORE,  /* every schedule */
    ACT_HANGUP,   /* the terminal is gone */
};

struct panel; /* screen/layout.h */

enum run_mode {
    RUN_FREE,
    RUN_SLOW,
    RUN_STOPPED,
    RUN_STOPPING,
    RUN_ENDED,
    RUN_PAST, /* what is shown has been: the model is that of an earlier step */
};

struct view {
    const struct model *model;
    const char *demo;      /* "lock_race" */
    const char *arguments; /* "2 processes, 5 increments each", or the options as typed */
    const char *twin;      /* "" when there is none */
    const char *rate; /* the shared number that says how fast it goes; "", NULL: none */
    enum run_mode mode;
    uint64_t last_step; /* of the run, also while an earlier one is shown */
    bool can_look_back;
    unsigned speed; /* steps a second; 0 = as fast as the gate goes */
    uint64_t seed;
    bool attached;       /* to a program that somebody else started */
    bool recorded;       /* nothing runs: it is a recording */
    bool can_choose;     /* control is ours: digits, n, kill work */
    bool hooked;         /* reads and writes of plain C are seen */
    int exit_status;     /* RUN_ENDED: as the shell would say it */
    int selected;        /* process table entry under the cursor; -1 none */
    bool armed;          /* the first k was pressed: the next one kills the selected */
    bool help;           /* show all keys */
    const char *races;   /* its data races, in lines: shown alone; NULL: they are not */
    bool at_home;        /* opened at the home screen: q goes back there */
    bool asks;           /* the message is a question that a number answers */
    const char *message; /* the line above the keys: a refusal, why it stopped; or "" */
    const char *told;    /* RUN_ENDED: what was predicted, and what came of it; or "" */
    bool large;          /* large letters, for the back row */
    bool blank;          /* nothing at all is shown */
    bool python;         /* the Python that the program mirrors, beside its source */
    bool other_grain;    /* what counts as a step is not what the program says */
    const struct panel *panel; /* marked; NULL: none */
    bool full;                 /* it has the whole screen, */
    int scroll;                /* ... and is scrolled up by so many rows */

    /* The source line at which each process stands (line 0: not known), and its file. */
    struct source_place places[MP_PROCESSES];
    const struct source *source; /* the file shown; NULL: none */
    const char *source_name;     /* "lock_race.c" */
    /* Of a model that is stuck: who waits for whom, and by edge where what it wants was
       taken. */
    struct graph graph;
    struct source_place took[MP_PROCESSES];
    int lock_lines[MP_OBJECTS]; /* the line at which each lock was taken; 0 not known */
};

struct home_item {
    const char *name;    /* "lock_race" */
    const char *summary; /* one line */
    const char *heading; /* not NULL: a heading stands above this item */
    const char *aside;   /* at the right end: "30 minutes"; or NULL */
    bool is_note;        /* is read, and not selected */
};

struct document; /* screen/reader.h */

struct home_view {
    const struct home_item *items;
    size_t count;
    size_t selected;
    bool help;
    const char *message;
    const char *hint; /* lines below the list, such as how to run without the lab; or NULL */
    struct document *beside; /* about what is selected, where there is room; or NULL */
    const char *beside_name;
};

/*
 * Opens the screen: looks at TERM, LANG, NO_COLOR. 0; or -errno with one clear line in
 * `why` (not a terminal, too little known about TERM). Restores the terminal at
 * screen_close(), at exit(), and on signals that end the program.
 */
int screen_open(char *why, size_t size);
void screen_close(void);

void screen_draw(const struct view *view);
void screen_draw_home(const struct home_view *home);

/*
 * The panel that follows this one (NULL: the first) in the last frame that showed several;
 * NULL behind the last. Of those that had room, or of all. And the one that tells most.
 */
const struct panel *screen_next_panel(const struct panel *panel, bool all);
const struct panel *screen_main_panel(void);

/* The panel that shows who waits for whom. */
const struct panel *screen_graph_panel(void);

/* Does the panel that has the whole screen scroll? By how much it is scrolled in the frame
   that is seen: not more than there is to see. */
bool screen_scrolls(int *rows);

/* Does the program say what it is in Python? */
bool screen_has_python(const struct view *view);

/*
 * The next key, at most so many milliseconds; ACT_NONE when none came. `fd` (or -1) is
 * watched beside the keyboard: the call returns early when it becomes readable. While the
 * help is shown any key is ACT_HELP; while data races are, ACT_RACES; while the screen is blank,
 * ACT_BLANK. After SIGINT or SIGTERM it answers ACT_QUIT again and
 * again, and ACT_HANGUP when the terminal is gone: so every level of the lab is left.
 */
enum action screen_key(int timeout_ms, int fd);

/* The signal (SIGINT, SIGTERM, SIGHUP) that asked the lab to end; 0: a key did, or none. */
int screen_signal(void);

/* The same, as a flag that is not 0 from then on: for what waits elsewhere. */
const volatile sig_atomic_t *screen_signal_flag(void);

/*
 * For another program, such as an editor: screen_away() gives it the terminal as the shell
 * had it, with the keys that stop and interrupt; screen_back() takes it back. In between,
 * screen_wait_for() waits for a child (status as from waitpid), and screen_any_key() for a
 * key, while what was printed is read. Where no screen is open only the keys change hands.
 */
void screen_away(void);
void screen_back(void);
int screen_wait_for(pid_t pid);
void screen_any_key(void);

/* The previous frame is still in the terminal's queue: draw later. (On a pseudo-terminal:
   its queue is full, because nobody reads at the other end.) */
bool screen_is_behind(void);

#endif
