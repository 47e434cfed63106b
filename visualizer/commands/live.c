// SPDX-License-Identifier: MIT
/*
 * A run on the screen: the loop that moves the session on, draws, and does what the keys
 * ask for.
 */
#include "commands/commands.h"

#include "clock.h"
#include "screen/screen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MS 1000000ull

enum {
    FRAME_MS = 50,     /* 20 pictures a second */
    FAST_TURN_MS = 5,  /* between two looks at a run that goes fast */
    MESSAGE_SIZE = 256,
};

/* The speeds that + and - go through; 0 is free. */
static const unsigned speeds[] = {1, 2, 5, 10, 50, 1000, 0};
enum { SPEEDS = sizeof speeds / sizeof *speeds };

struct live {
    struct run_options *options;
    struct session session;
    struct view view;
    struct source *source;
    char source_file[256];
    char why[MESSAGE_SIZE];
    char message[MESSAGE_SIZE];
    uint64_t drawn; /* when, in nanoseconds */
    bool dirty;
    bool at_home;
    bool leave;
};

/* --- begin and begin again -------------------------------------------------------------------- */

static int open_session(struct live *live)
{
    struct run_options *options = live->options;
    if (options->is_attach) {
        int rc = session_attach(&live->session, options->attach, live->why,
                                sizeof live->why);
        live->session.steer.speed = options->speed; /* for when it is stopped and goes on */
        return rc;
    }
    struct run_setup setup;
    run_setup_from(options, &setup);
    return session_start(&live->session, &setup, live->why, sizeof live->why);
}

static void close_session(struct live *live)
{
    session_end(&live->session);
    source_close(live->source);
    live->source = NULL;
    live->source_file[0] = '\0';
}

/* The same again, or with what has been changed in the options. */
static void restart(struct live *live)
{
    close_session(live);
    live->message[0] = '\0';
    live->view.armed = false;
    live->view.selected = -1;
    if (open_session(live) != 0) {
        live->leave = true;
    }
}

static void switch_to_twin(struct live *live)
{
    const char *twin = live->session.entry.twin;
    struct demo demo;
    if (live->options->is_attach || twin[0] == '\0') {
        return;
    }
    if (!demo_find(twin, &demo, live->message, sizeof live->message)) {
        return;
    }
    live->options->demo = demo;
    restart(live);
}

/* --- what is seen ------------------------------------------------------------------------------ */

static enum run_mode mode_of(const struct live *live)
{
    const struct session *session = &live->session;
    if (session->ended) {
        return RUN_ENDED;
    }
    if (session->steer.is_free) {
        return RUN_FREE;
    }
    if (session->steer.going) {
        return RUN_SLOW;
    }
    return steer_is_stopped(&session->steer) ? RUN_STOPPED : RUN_STOPPING;
}

/* The file in which most of what is seen happens: that of the process that moved last. */
static void choose_source(struct live *live)
{
    const struct model *model = live->session.model;
    const struct source_place *place = NULL;
    if (model->moved_last < MP_PROCESSES && live->view.places[model->moved_last].line > 0) {
        place = &live->view.places[model->moved_last];
    }
    for (unsigned i = model->process_count; place == NULL && i-- > 0;) {
        if (live->view.places[i].line > 0) { /* main last: it mostly waits */
            place = &live->view.places[i];
        }
    }
    if (place == NULL || strcmp(place->file, live->source_file) == 0) {
        return;
    }
    source_close(live->source);
    live->source = source_open(place->file);
    snprintf(live->source_file, sizeof live->source_file, "%s", place->file);
}

static void fill_places(struct live *live)
{
    const struct model *model = live->session.model;
    for (unsigned i = 0; i < model->process_count; i++) {
        session_place(&live->session, i, &live->view.places[i]);
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        struct source_place place;
        session_address(&live->session, model->objects[i].place, &place);
        live->view.lock_lines[i] = model->objects[i].kind == MP_KIND_LOCK ? place.line : 0;
    }
    choose_source(live);
}

static void fill_view(struct live *live)
{
    const struct session *session = &live->session;
    struct view *view = &live->view;
    const char *slash = strrchr(live->source_file, '/');
    fill_places(live);
    view->model = session->model;
    view->demo = live->options->demo.name;
    view->arguments = session->title;
    view->twin = session->attached ? "" : session->entry.twin;
    view->mode = mode_of(live);
    view->speed = session->steer.speed;
    view->seed = live->options->seed;
    view->attached = session->attached;
    view->can_choose = session->has_control;
    view->hooked = session->entry.hooked;
    view->exit_status = session->ended ? session_exit_status(session) : 0;
    view->at_home = live->at_home;
    view->message = live->message;
    view->source = live->source;
    view->source_name = slash != NULL ? slash + 1 : live->source_file;
}

static void draw(struct live *live, uint64_t now)
{
    if (!live->dirty || now - live->drawn < FRAME_MS * MS || screen_is_behind()) {
        return;
    }
    fill_view(live);
    screen_draw(&live->view);
    live->drawn = now;
    live->dirty = false;
}

/* --- what is asked for --------------------------------------------------------------------------- */

static void say(struct live *live, const char *text)
{
    snprintf(live->message, sizeof live->message, "%s", text);
}

/* May we steer? If not, says why. */
static bool can_steer(struct live *live)
{
    if (live->session.ended) {
        say(live, live->session.attached ? "It has ended."
                                         : "It has ended. r runs it again.");
        return false;
    }
    if (!live->session.has_control) {
        say(live, "Another lab has this run: here you can only watch.");
        return false;
    }
    return true;
}

static void choose(struct live *live, unsigned slot)
{
    struct session *session = &live->session;
    char reason[200];
    if (!can_steer(live)) {
        return;
    }
    if (mode_of(live) != RUN_STOPPED) {
        steer_stop(&session->steer);
        say(live, "Stopped. Now a digit lets that process do one step.");
        return;
    }
    if (slot >= session->model->process_count) {
        snprintf(live->message, sizeof live->message, "There is no process %u.", slot);
    } else if (model_why_not(session->model, slot, reason, sizeof reason)) {
        snprintf(live->message, sizeof live->message, "%u cannot go: %s.", slot, reason);
    } else {
        live->message[0] = '\0';
        steer_choose(&session->steer, slot);
    }
}

static void change_speed(struct live *live, int by)
{
    struct steer *steer = &live->session.steer;
    if (!can_steer(live)) {
        return;
    }
    int at = 0;
    while (at < SPEEDS - 1 && (steer->is_free || speeds[at] < steer->speed)) {
        at++;
    }
    at += by;
    at = at < 0 ? 0 : at >= SPEEDS ? SPEEDS - 1 : at;
    live->message[0] = '\0';
    if (speeds[at] == 0) {
        steer_free(steer);
    } else {
        bool was_free = steer->is_free;
        steer_speed(steer, speeds[at]);
        if (was_free) {
            steer_stop(steer);
            steer_go(steer);
        }
    }
    live->options->speed = speeds[at] != 0 ? speeds[at] : live->options->speed;
    live->options->is_free = steer->is_free;
}

static void go_or_stop(struct live *live)
{
    struct steer *steer = &live->session.steer;
    if (!can_steer(live)) {
        return;
    }
    live->message[0] = '\0';
    if (steer->going) {
        steer_stop(steer);
    } else {
        steer_go(steer);
    }
}

static void one_step(struct live *live)
{
    struct steer *steer = &live->session.steer;
    if (!can_steer(live)) {
        return;
    }
    live->message[0] = '\0';
    if (steer->is_free || steer->going) {
        steer_stop(steer);
    }
    steer_step(steer);
}

static void select_process(struct live *live, int by)
{
    int count = (int)live->session.model->process_count;
    int next = live->view.selected + by;
    live->view.selected = next < 0 ? 0 : next >= count ? count - 1 : next;
}

static void kill_selected(struct live *live)
{
    struct view *view = &live->view;
    if (!can_steer(live)) {
        return;
    }
    if (view->selected < 0) {
        say(live, "Choose a process with the arrow keys first; then k twice kills it.");
        return;
    }
    const char *name = model_name(live->session.model, (unsigned)view->selected);
    if (!view->armed) {
        view->armed = true;
        snprintf(live->message, sizeof live->message,
                 "Press k again to kill %s (SIGKILL); any other key does not.", name);
        return;
    }
    view->armed = false;
    live->message[0] = '\0';
    if (!session_kill(&live->session, (unsigned)view->selected)) {
        snprintf(live->message, sizeof live->message, "%s is not there any more.", name);
    }
}

static void act_again(struct live *live, uint64_t seed)
{
    if (live->options->is_attach) {
        say(live, "This program was not started here: it cannot be run again.");
        return;
    }
    live->options->seed = seed;
    restart(live);
}

static void act(struct live *live, enum action action)
{
    live->dirty = true;
    if (action != ACT_KILL) {
        live->view.armed = false;
    }
    if (action >= ACT_CHOOSE_0 && action <= ACT_CHOOSE_9) {
        choose(live, action - ACT_CHOOSE_0);
        return;
    }
    switch (action) {
    case ACT_GO_STOP:
        go_or_stop(live);
        break;
    case ACT_STEP:
        one_step(live);
        break;
    case ACT_FASTER:
        change_speed(live, 1);
        break;
    case ACT_SLOWER:
        change_speed(live, -1);
        break;
    case ACT_AGAIN:
        act_again(live, live->options->seed);
        break;
    case ACT_OTHER_SEED:
        act_again(live, live->options->seed + 1);
        break;
    case ACT_TWIN:
        switch_to_twin(live);
        break;
    case ACT_UP:
        select_process(live, -1);
        break;
    case ACT_DOWN:
        select_process(live, 1);
        break;
    case ACT_KILL:
        kill_selected(live);
        break;
    case ACT_HELP:
        live->view.help = !live->view.help;
        break;
    case ACT_QUIT:
    case ACT_HANGUP:
        live->leave = true;
        break;
    default:
        break;
    }
}

/* --- the loop ---------------------------------------------------------------------------------- */

static int pause_ms(const struct live *live)
{
    const struct steer *steer = &live->session.steer;
    if (live->session.ended) {
        return 1000;
    }
    bool fast = !steer->is_free && steer->going &&
                (steer->speed == STEER_UNLIMITED || steer->speed > 20);
    return fast || mode_of(live) == RUN_STOPPING ? FAST_TURN_MS : FRAME_MS / 2;
}

static void loop(struct live *live)
{
    uint64_t refreshed = 0;
    while (!live->leave) {
        uint64_t now = mp_nanoseconds();
        enum run_mode before = live->view.mode;
        bool news = session_pump(&live->session, now);
        /* What the kernel says may change without an event; a run that has ended is at
           rest. */
        bool refresh = !live->session.ended && now - refreshed >= 2 * FRAME_MS * MS;
        if (news || refresh || mode_of(live) != before) {
            refreshed = refresh ? now : refreshed;
            live->dirty = true;
        }
        draw(live, now);
        enum action action = screen_key(live->dirty ? FAST_TURN_MS : pause_ms(live),
                                        session_fd(&live->session));
        if (action != ACT_NONE) {
            act(live, action);
        }
    }
}

/* What stays on the normal screen. */
static void say_what_next(const struct live *live)
{
    char line[160];
    const struct run_options *options = live->options;
    if (live->session.model == NULL) {
        return;
    }
    const char *last = model_last_line(live->session.model, line, sizeof line);
    if (live->session.ended && last[0] != '\0') {
        printf("%s\n", last);
    }
    if (options->is_attach) {
        return;
    }
    printf("the same again   %s run %s --seed %llu\n", lab_name, options->demo.name,
           (unsigned long long)options->seed);
    const char *twin = live->session.entry.twin;
    if (twin[0] != '\0') {
        bool fixed = strstr(twin, "fixed") != NULL;
        printf("%s   %s run %s --seed %llu\n", fixed ? "with the lock   " : "without the lock",
               lab_name, twin, (unsigned long long)options->seed);
    }
}

int live_run(struct run_options *options, bool at_home)
{
    struct live live = {.options = options, .at_home = at_home, .dirty = true};
    live.view.selected = -1;
    if (open_session(&live) != 0) {
        return at_home ? LAB_CANNOT : lab_error(LAB_CANNOT, "%s", live.why);
    }
    if (options->is_attach) {
        const char *slash = strrchr(live.session.program.path, '/');
        snprintf(options->demo.name, sizeof options->demo.name, "%.60s",
                 slash != NULL ? slash + 1 : live.session.program.path);
    }
    if (!at_home && screen_open(live.why, sizeof live.why) != 0) {
        close_session(&live);
        fprintf(stderr, "%s\n", live.why);
        return text_run(options);
    }
    loop(&live);
    if (!at_home) {
        screen_close();
        say_what_next(&live);
    }
    bool failed_again = live.session.model == NULL;
    close_session(&live);
    return failed_again ? lab_error(LAB_CANNOT, "%s", live.why) : LAB_FINE;
}
