// SPDX-License-Identifier: MIT
/*
 * Time in a run on the screen: back and forward through what has happened, looking for
 * something, and another future from there.
 */
#include "commands/live.h"

#include "clock.h"

#include <stdio.h>

/* Looks at this step of the run; the run itself stands meanwhile. */
static void look_at(struct live *live, uint64_t step)
{
    char why[MESSAGE_SIZE];
    struct session *session = &live->session;
    if (!past_is_there(session, why, sizeof why)) {
        live_say(live, why);
        return;
    }
    if (!session->ended && session->has_control) {
        steer_stop(&session->steer);
    }
    live_clear_question(live);
    if (!past_go(&live->past, session, step)) {
        live_say(live, "There is no memory to look back.");
    }
}

static void look_back(struct live *live)
{
    char why[MESSAGE_SIZE];
    uint64_t step = past_step(&live->past, &live->session);
    bool beginning = step + 1 <= tape_first_step(live->session.tape);
    if (beginning && past_is_there(&live->session, why, sizeof why)) {
        live_say(live, "This is the beginning.");
        return;
    }
    look_at(live, beginning ? 0 : step - 1);
}

static void look_forward(struct live *live)
{
    if (live->past.model == NULL) {
        live_say(live, live->session.ended
                           ? "This is the end."
                           : "This is the present: n makes one more step.");
        return;
    }
    look_at(live, live->past.step + 1);
}

static void find(struct live *live, enum past_find what)
{
    uint64_t step;
    char why[MESSAGE_SIZE];
    if (!past_is_there(&live->session, why, sizeof why)) {
        live_say(live, why);
    } else if (past_find(&live->session, past_step(&live->past, &live->session), what,
                         &step)) {
        look_at(live, step);
    } else {
        snprintf(live->message, sizeof live->message,
                 "No %s comes after this step. Home goes to the beginning.",
                 past_find_word(what));
    }
    live->found = what;
}

static void begin_finding(struct live *live)
{
    if (live->finding) { /* twice: the same again */
        live->finding = false;
        find(live, live->found);
        return;
    }
    live->finding = true;
    live_say(live,
             "Find the next: 1 write, 2 lock, 3 end, 4 lost update, / the same again");
}

bool live_fork(struct live *live)
{
    uint64_t step = live->past.step;
    char text[MESSAGE_SIZE] = "";
    if (live->past.model == NULL) {
        return true;
    }
    bool same = past_fork(&live->session, live->options, step, text, sizeof text);
    past_leave(&live->past);
    live->playing = false;
    if (live->session.model == NULL) {
        snprintf(live->why, sizeof live->why, "%s", text);
        live->leave = true;
        return false;
    }
    decisive_skip(&live->decisive, live->session.model);
    live->told = live->session.replay.state;
    live_say(live, text);
    return same;
}

bool live_went_there(struct live *live, unsigned slot)
{
    bool went = past_went(&live->past, &live->session, slot);
    if (went) {
        look_forward(live);
    }
    return went;
}

static void play_or_not(struct live *live)
{
    live->playing = !live->playing;
    live->played = mp_nanoseconds();
    live_say(live, live->playing ? "What has happened, again." : "");
}

void live_play(struct live *live, uint64_t now)
{
    unsigned speed = live->session.steer.speed;
    uint64_t interval = 1000000000ull / (speed == 0 || speed > 20 ? 20 : speed);
    if (!live->playing || now - live->played < interval) {
        return;
    }
    live->played = now;
    live->dirty = true;
    if (live->past.model != NULL) {
        past_go(&live->past, &live->session, live->past.step + 1);
    }
    if (live->past.model == NULL) {
        live->playing = false;
        live_say(live, live->session.ended ? "" : "This is the present.");
    }
}

bool live_travel(struct live *live, enum action action)
{
    bool in_past = live->past.model != NULL;
    if (live->finding && action >= ACT_CHOOSE_0 && action <= ACT_CHOOSE_9) {
        unsigned digit = action - ACT_CHOOSE_0;
        live->finding = false;
        live_say(live, "");
        if (digit >= 1 && digit <= FINDS) {
            find(live, (enum past_find)(digit - 1));
        }
        return true;
    }
    if (action != ACT_FIND && action != ACT_RESIZE) {
        live->finding = false;
    }
    switch (action) {
    case ACT_BACK:
        live->playing = false;
        look_back(live);
        return true;
    case ACT_FORWARD:
        live->playing = false;
        look_forward(live);
        return true;
    case ACT_FIRST:
        live->playing = false;
        look_at(live, tape_first_step(live->session.tape) - 1);
        return true;
    case ACT_LAST:
        live->playing = false;
        past_leave(&live->past);
        live_say(live, "");
        return true;
    case ACT_FIND:
        begin_finding(live);
        return true;
    case ACT_GO_STOP:
        if (in_past) {
            play_or_not(live);
        }
        return in_past;
    case ACT_STEP:
        if (in_past) {
            look_forward(live);
        }
        return in_past;
    case ACT_GRAIN:
        if (in_past) {
            live_say(live, "What a step was cannot be changed afterwards; End goes back.");
        }
        return in_past;
    case ACT_QUIT:
        if (in_past && screen_signal() == 0) {
            past_leave(&live->past);
            live_say(live, "");
            return true;
        }
        return false;
    default:
        return false;
    }
}
