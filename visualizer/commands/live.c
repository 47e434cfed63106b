// SPDX-License-Identifier: MIT
/*
 * A run on the screen: the loop that moves the session on, draws, and does what the keys
 * ask for.
 */
#include "commands/live.h"
#include "commands/own.h"
#include "commands/record.h"

#include "clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS 1000000ull

enum {
    FRAME_MS = 50,    /* 20 pictures a second */
    HURRIED = 3,      /* pictures: what a key changes is seen at once */
    FAST_TURN_MS = 5, /* between two looks at a run that goes fast */
};

/* --- begin and begin again -------------------------------------------------------------------- */

static int open_session(struct live *live)
{
    struct run_options *options = live->options;
    if (options->recording != NULL) {
        int rc =
            record_open(&live->session, options->recording, live->why, sizeof live->why);
        if (rc == 0) {
            live->grain = options->recording->head.grain;
            past_go(&live->past, &live->session, tape_first_step(live->session.tape) - 1);
            live->session.steer.speed = options->speed;
        }
        return rc;
    }
    if (options->is_attach) {
        int rc =
            session_attach(&live->session, options->attach, live->why, sizeof live->why);
        live->session.steer.speed =
            options->speed; /* for when it is stopped and goes on */
        if (rc == 0 && options->stopped && live->session.has_control) {
            steer_stop(&live->session.steer);
        }
        return rc;
    }
    struct run_setup setup;
    run_setup_from(options, &setup);
    live->grain = setup.grain;
    return session_start(&live->session, &setup, live->why, sizeof live->why);
}

static void close_session(struct live *live)
{
    free(live->races);
    live->races = NULL;
    live->view.races = NULL;
    past_leave(&live->past);
    session_end(&live->session);
    source_close(live->source);
    live->source = NULL;
    live->source_file[0] = '\0';
}

/* The same again, or with what has been changed in the options. */
void live_restart(struct live *live)
{
    close_session(live);
    live->message[0] = '\0';
    live->chosen = false;
    live->question[0] = '\0';
    live->typing = false;
    live->finding = false;
    live->playing = false;
    live->told = REPLAY_NONE;
    live->judged = false;
    live->decisive = (struct decisive){0};
    live->view.armed = false;
    live->view.selected = -1;
    live_say_goal(live);
    if (open_session(live) != 0) {
        live->leave = true;
    }
}

void live_switch_to_twin(struct live *live)
{
    const char *twin = live->session.entry.twin;
    struct demo demo;
    if (!session_starts(&live->session) || twin[0] == '\0') {
        return;
    }
    if (!demo_find(twin, &demo, live->message, sizeof live->message)) {
        return;
    }
    live->options->demo = demo;
    live->options->typed = live->options->demo.name;
    live_restart(live);
}

void live_run_free(struct live *live)
{
    if (!session_starts(&live->session)) {
        return;
    }
    if (!live->session.ended) {
        live_say(live, "When this run has ended, f runs it free, with its own numbers.");
        return;
    }
    live->options->is_free = true;
    live_restart(live);
}

void live_edit(struct live *live)
{
    char text[MESSAGE_SIZE];
    if (!session_starts(&live->session)) {
        live_say(live, "This program was not started here: it cannot be run again.");
        return;
    }
    bool built = edit_and_build(live->options, live->source_file, text, sizeof text);
    if (built) {
        live_restart(live);
    }
    live_say(live, text);
}

/* --- what is seen ------------------------------------------------------------------------------ */

enum run_mode live_mode(const struct live *live)
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
    return session_is_stopped(session) ? RUN_STOPPED : RUN_STOPPING;
}

/* What the run is made of, where nobody stands in it: all was over before anybody looked. */
static void own_source(const struct run_options *options, char *file, size_t size)
{
    if (options->source[0] != '\0') {
        snprintf(file, size, "%.255s", options->source);
    } else if (!demo_source(&options->demo, file, size)) {
        *file = '\0';
    }
}

/* The file in which most of what is seen happens: that of the process that moved last. */
static void choose_source(struct live *live)
{
    const struct model *model = live->view.model;
    const struct source_place *place = NULL;
    if (model->moved_last < MP_PROCESSES &&
        live->view.places[model->moved_last].line > 0) {
        place = &live->view.places[model->moved_last];
    }
    for (unsigned i = model->process_count; place == NULL && i-- > 0;) {
        if (live->view.places[i].line > 0) { /* main last: it mostly waits */
            place = &live->view.places[i];
        }
    }
    char file[sizeof live->source_file] = "";
    if (place != NULL) {
        snprintf(file, sizeof file, "%s", place->file);
    } else if (live->source_file[0] == '\0') {
        own_source(live->options, file, sizeof file);
    }
    if (file[0] == '\0' || strcmp(file, live->source_file) == 0) {
        return;
    }
    source_close(live->source);
    live->source = source_find(file);
    memcpy(live->source_file, file, sizeof file);
}

static void fill_places(struct live *live)
{
    const struct model *model = live->view.model;
    for (unsigned i = 0; i < model->process_count; i++) {
        session_place(&live->session, model, i, &live->view.places[i]);
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        struct source_place place;
        session_address(&live->session, model->objects[i].place, &place);
        live->view.lock_lines[i] =
            model->objects[i].kind == MP_KIND_LOCK ? place.line : 0;
    }
    choose_source(live);
}

static void fill_view(struct live *live)
{
    const struct session *session = &live->session;
    struct view *view = &live->view;
    char unused[MESSAGE_SIZE];
    view->model = past_model(&live->past, session);
    fill_places(live);
    live_fill_graph(live);
    view->demo = live->options->demo.name;
    view->arguments = session->title;
    view->twin = session_starts(session) ? session->entry.twin : "";
    view->rate = session->entry.rate;
    view->mode = live->past.model != NULL || session->left ? RUN_PAST : live_mode(live);
    view->last_step = session->model->steps;
    view->can_look_back = past_is_there(session, unused, sizeof unused);
    view->speed = session->steer.speed;
    view->seed = live->options->seed;
    view->attached = session->attached;
    view->recorded = session->recorded;
    view->can_choose = session->has_control;
    view->hooked = session->entry.hooked;
    view->exit_status = session->ended ? session_exit_status(session) : 0;
    view->at_home = live->at_home;
    view->asks = live->question[0] != '\0' && live->decisive.about != PREDICT_NOTHING;
    view->message = live->message;
    view->told = live->decisive.told;
    view->other_grain = session->model->grain != live->grain;
    view->source = live->source;
    view->source_name = file_name(live->source_file);
}

static void draw(struct live *live, uint64_t now)
{
    bool early = now - live->drawn < FRAME_MS * MS;
    if (!live->dirty || (early && live->hurried == 0) || screen_is_behind()) {
        return;
    }
    live->hurried -= early;
    fill_view(live);
    screen_draw(&live->view);
    live->drawn = now;
    live->dirty = false;
}

/* --- the loop ---------------------------------------------------------------------------------- */

static int pause_ms(const struct live *live)
{
    const struct steer *steer = &live->session.steer;
    if (live->playing) {
        return FRAME_MS / 2;
    }
    if (live->session.ended) {
        return 1000;
    }
    bool fast = !steer->is_free && steer->going &&
                (steer->speed == STEER_UNLIMITED || steer->speed > 20);
    return fast || live_mode(live) == RUN_STOPPING ? FAST_TURN_MS : FRAME_MS / 2;
}

static void loop(struct live *live)
{
    uint64_t refreshed = 0;
    while (!live->leave) {
        uint64_t now = mp_nanoseconds();
        enum run_mode before = live->view.mode;
        bool news = session_pump(&live->session, now);
        live_look_for_moment(live);
        if (replay_news(&live->session, &live->told, live->message, MESSAGE_SIZE)) {
            live->dirty = true;
        }
        live_look_who_won(live);
        live_play(live, now);
        /* What the kernel says may change without an event; a run that has ended is at
           rest. */
        bool refresh = !live->session.ended && now - refreshed >= 2 * FRAME_MS * MS;
        bool moved = live->past.model == NULL && live_mode(live) != before;
        if (news || refresh || moved) {
            refreshed = refresh ? now : refreshed;
            live->dirty = true;
        }
        draw(live, now);
        enum action action = screen_key(live->dirty ? FAST_TURN_MS : pause_ms(live),
                                        session_fd(&live->session));
        if (action != ACT_NONE) {
            live->hurried = HURRIED;
            live_act(live, action);
        }
    }
}

void print_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./:,@";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        printf(" %s", word);
        return;
    }
    printf(" '");
    for (; *word != '\0'; word++) {
        printf(*word == '\'' ? "'\\''" : "%c", *word);
    }
    printf("'");
}

/* A command that can be typed as it stands. */
static void print_command(const char *what, const char *demo,
                          const struct run_options *options)
{
    printf("%-16s %s run", what, lab_name);
    print_word(demo);
    if (options->is_free) {
        printf(" --speed free");
    } else {
        printf("%s --seed %llu", options->stopped ? " --step" : "",
               (unsigned long long)options->seed);
    }
    for (int i = 0; i < options->argument_count; i++) {
        printf("%s", i == 0 ? " --" : "");
        print_word(options->arguments[i]);
    }
    printf("\n");
}

/* Somebody chose: the order is what makes this run. */
static bool print_order(const struct live *live)
{
    enum { MOST = 400 }; /* characters that one may still want to copy */
    const struct session *session = &live->session;
    char *code = live->chosen || live->options->schedule != NULL
                     ? again_code(session, live->options, session->model->steps)
                     : NULL;
    bool fits = code != NULL && strlen(code) < MOST;
    if (fits) {
        printf("%-16s %s replay", "this order", lab_name);
        print_word(code);
        printf("\n");
    }
    free(code);
    return fits;
}

/* What stays on the normal screen: how it came out, and what can be typed next. */
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
    if (!session_starts(&live->session)) {
        return;
    }
    if (!print_order(live)) {
        print_command("the same again", options->typed, options);
    }
    const struct demo_entry *entry = &live->session.entry;
    if (entry->twin[0] != '\0') {
        bool fixed = strstr(entry->twin, "fixed") != NULL;
        print_command(fixed ? "with the lock" : "without the lock", entry->twin, options);
    }
    if (entry->lesson[0] != '\0') {
        printf("%-16s lessons/%s/README.md\n", "read on", entry->lesson);
    }
}

int live_run(struct run_options *options, bool at_home)
{
    struct live live = {
        .options = options, .at_home = at_home, .dirty = true, .stops = !options->no_stop};
    live.view.selected = -1;
    live.view.large = options->large;
    if (open_session(&live) != 0) {
        return at_home ? LAB_CANNOT : lab_error(LAB_CANNOT, "%s", live.why);
    }
    if (options->is_attach) {
        run_options_attached(options, live.session.program.path);
    }
    if (!at_home && screen_open(live.why, sizeof live.why) != 0) {
        close_session(&live);
        fprintf(stderr, "%s\n", live.why);
        return line_run(options);
    }
    live_say_goal(&live);
    loop(&live);
    if (!at_home) {
        screen_close();
        say_what_next(&live);
    }
    bool failed_again = live.session.model == NULL;
    bool kept = record_at_end(&live.session, options);
    close_session(&live);
    int signal_number = screen_signal();
    if (signal_number != 0 && !at_home) {
        signal(signal_number, SIG_DFL); /* the shell learns what ended the lab */
        raise(signal_number);
    }
    return failed_again ? lab_error(LAB_CANNOT, "%s", live.why)
           : kept       ? LAB_FINE
                        : LAB_CANNOT;
}
