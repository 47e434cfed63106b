// SPDX-License-Identifier: MIT
/* Decisive moments in a run on the screen: stopping by itself, answers that are typed. */
#include "commands/live.h"

#include <stdio.h>

void live_say(struct live *live, const char *text)
{
    snprintf(live->message, sizeof live->message, "%s", text);
}

void live_clear_question(struct live *live)
{
    live->message[0] = '\0';
    live->question[0] = '\0';
}

/* Stops at what matters, in slow motion; tells what came of an answer. */
void live_look_for_moment(struct live *live)
{
    struct session *session = &live->session;
    const struct model *model = session->model;
    char text[112];
    char truth[112];
    bool slow = !session->steer.is_free && session->steer.speed != STEER_UNLIMITED;
    session->steer.careful = live->stops && slow;
    bool decided =
        decisive_truth(&live->decisive, model, session->ended, truth, sizeof truth);
    if (decided) {
        live_say(live, session->ended ? "" : truth);
        live->dirty = true;
    }
    if (session->ended && live->question[0] != '\0' && !live->typing) {
        live_clear_question(live); /* there is nothing left to predict */
    }
    if (!decisive_look(&live->decisive, model, text, sizeof text) || !slow ||
        !live->stops || session->ended || !session->has_control) {
        return;
    }
    /* The truth about the last question, and the next one, in one line. */
    const char *first = decided ? truth : "STOPPED ";
    const char *last = decided ? "" : "  Space goes on";
    snprintf(live->question, sizeof live->question, "%s %s%s", first, text, last);
    live_say(live, live->question);
    steer_stop(&session->steer);
    live->dirty = true;
}

void live_type_answer(struct live *live, enum action action)
{
    if (action >= ACT_CHOOSE_0 && action <= ACT_CHOOSE_9 && live->typed < 100000000) {
        live->typed = live->typed * 10 + (action - ACT_CHOOSE_0);
        snprintf(live->message, sizeof live->message, "Your answer: %ld_   Enter",
                 live->typed);
        return;
    }
    live->typing = false;
    if (action == ACT_OPEN) {
        decisive_answer(&live->decisive, live->typed);
        snprintf(live->message, sizeof live->message,
                 "Your answer: %ld. Space goes on and shows the truth.", live->typed);
    } else {
        live_say(live, live->question);
    }
}

void live_begin_typing(struct live *live)
{
    if (live->decisive.about == PREDICT_NOTHING || live->question[0] == '\0') {
        return;
    }
    live->typing = true;
    live->typed = 0;
    live_say(live, "Your answer: _   a number, then Enter");
}

void live_stop_or_not(struct live *live)
{
    live->stops = !live->stops;
    live_say(live, live->stops ? "It stops by itself at what matters."
                               : "It does not stop by itself any more.");
}
