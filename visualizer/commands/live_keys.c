// SPDX-License-Identifier: MIT
/* What the keys ask for, in a run on the screen. */
#include "commands/explore.h"
#include "commands/live.h"
#include "commands/record.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* The speeds that + and - go through; 0 is free. */
static const unsigned speeds[] = {1, 2, 5, 10, 50, 1000, 0};
enum { SPEEDS = sizeof speeds / sizeof *speeds, LONGEST = 75 /* columns of a message */ };

/* May we steer? If not, says why. */
static bool can_steer(struct live *live)
{
    if (live->session.ended) {
        live_say(live, live->session.recorded ? "This is a recording: nothing runs here."
                       : live->session.attached ? "It has ended."
                                                : "It has ended. r runs it again.");
        return false;
    }
    if (!live->session.has_control) {
        live_say(live, "Another lab has this run: here you can only watch.");
        return false;
    }
    return true;
}

static void choose(struct live *live, unsigned slot)
{
    struct session *session = &live->session;
    const struct model *model = past_model(&live->past, session);
    bool in_past = live->past.model != NULL;
    char reason[200];
    if (live_went_there(live, slot) || (!in_past && !can_steer(live))) {
        return;
    }
    if (!in_past && live_mode(live) != RUN_STOPPED) {
        steer_stop(&session->steer);
        live_say(live, "Stopped. Now a digit lets that process do one step.");
        return;
    }
    if (slot >= model->process_count) {
        snprintf(live->message, sizeof live->message, "There is no process %u.", slot);
    } else if (model_why_not(model, slot, reason, sizeof reason)) {
        const struct mp_deed *wants = &model->processes[slot].entry.now;
        int line = wants->op == MP_OP_LOCK_ACQUIRE && wants->object < MP_OBJECTS
                       ? live->view.lock_lines[wants->object]
                       : 0;
        char where[24] = "";
        if (line > 0) { /* where it was taken */
            snprintf(where, sizeof where, " (line %d)", line);
        }
        int columns = snprintf(live->message, sizeof live->message, "%u cannot go: %s%s.",
                               slot, reason, where);
        if (columns > LONGEST) {
            snprintf(live->message, sizeof live->message, "%u cannot go: %s.", slot,
                     reason);
        }
    } else if (live_fork(live)) {
        live->chosen = true;
        live_clear_question(live);
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
    live->options->is_free = live->options->is_free && steer->is_free; /* for r */
}

static void go_or_stop(struct live *live)
{
    struct steer *steer = &live->session.steer;
    if (!can_steer(live)) {
        return;
    }
    live_clear_question(live);
    if (steer->going || steer->is_free) {
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
    live_clear_question(live);
    if (steer->is_free || steer->going) {
        steer_stop(steer);
    }
    steer_step(steer);
}

static void select_process(struct live *live, int by)
{
    int count = (int)past_model(&live->past, &live->session)->process_count;
    int next = live->view.selected + by;
    live->view.selected = next < 0 ? 0 : next >= count ? count - 1 : next;
}

static void kill_selected(struct live *live)
{
    struct view *view = &live->view;
    if (live->past.model == NULL && !can_steer(live)) {
        return;
    }
    if (view->selected < 0) {
        live_say(live,
                 "Choose a process with the arrow keys first; then k twice kills it.");
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
    if (!live_fork(live)) {
        return;
    }
    live->chosen = true;
    unsigned slot = (unsigned)view->selected;
    bool had_ended = live->session.model->processes[slot].entry.life >= MP_LIFE_ENDED;
    if (!session_kill(&live->session, slot) && !had_ended) { /* else that was told */
        snprintf(live->message, sizeof live->message, "%s is not there any more.", name);
    }
}

/* memory, calls, lives, and memory again. */
static void change_grain(struct live *live)
{
    static const enum mp_grain next[] = {[MP_GRAIN_MEMORY] = MP_GRAIN_CALLS,
                                         [MP_GRAIN_CALLS] = MP_GRAIN_LIVES,
                                         [MP_GRAIN_LIVES] = MP_GRAIN_MEMORY};
    if (!can_steer(live)) {
        return;
    }
    if (live_mode(live) != RUN_STOPPED) {
        steer_stop(&live->session.steer);
        live_say(live, "Stopped. Now g changes what a step is.");
        return;
    }
    enum mp_grain grain = next[live->session.model->grain];
    session_set_grain(&live->session, grain);
    live_clear_question(live);
    live_say(live, grain_sentence(grain));
}

static void act_again(struct live *live, uint64_t seed)
{
    if (!session_starts(&live->session)) {
        live_say(live, "This program was not started here: it cannot be run again.");
        return;
    }
    live->options->seed = seed;
    live_restart(live);
}

/* All schedules of what is run; the run stands meanwhile. Opened there, it goes back. */
static void explore_it(struct live *live)
{
    static struct explore_options options;
    const struct run_options *run = live->options;
    if (!session_starts(&live->session)) {
        live_say(live, "This program was not started here: it cannot be run again.");
        return;
    }
    if (run->explored) {
        live->leave = true;
        return;
    }
    if (!live->session.ended && live->session.steer.is_free) {
        live_say(live, "Space stops everybody; then e shows every schedule.");
        return;
    }
    if (!live->session.ended && live->session.has_control) {
        steer_stop(&live->session.steer);
    }
    explore_run(&options, run);
    explore_on_screen(&options, true, live->message, sizeof live->message);
}

void live_act(struct live *live, enum action action)
{
    live->dirty = true;
    if (action != ACT_KILL) {
        live->view.armed = false;
    }
    if (live->session.ended && action != ACT_RESIZE) {
        live->message[0] = '\0'; /* what was said of an earlier key */
    }
    if (live->typing && action != ACT_QUIT && action != ACT_HANGUP &&
        action != ACT_RESIZE) {
        live_type_answer(live, action);
        return;
    }
    if (live_show(live, action) || live_travel(live, action)) {
        return;
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
    case ACT_EDIT:
        live_edit(live);
        break;
    case ACT_SAVE:
        record_save(&live->session, live->options, NULL, live->message,
                    sizeof live->message);
        break;
    case ACT_TWIN:
        live_switch_to_twin(live);
        break;
    case ACT_EXPLORE:
        explore_it(live);
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
    case ACT_OPEN:
        live_begin_typing(live);
        break;
    case ACT_GRAIN:
        change_grain(live);
        break;
    case ACT_FREE_FULL:
        live_run_free(live);
        break;
    case ACT_STOPPING:
        live_stop_or_not(live);
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
