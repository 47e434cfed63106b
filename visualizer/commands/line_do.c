// SPDX-License-Identifier: MIT
/* What the words of line mode do to a run: who goes, how fast, again, another way. */
#include "commands/line.h"
#include "commands/option_words.h"
#include "commands/own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 200, SPEED_MOST = 1000000 };

/* May we steer? If not, says why. */
static bool can_steer(struct line_mode *mode)
{
    if (mode->session.ended) {
        printf(session_starts(&mode->session)
                   ? "It has ended. Type r to run it again, q to leave.\n"
                   : "It has ended. Type q to leave.\n");
        return false;
    }
    if (!mode->session.has_control) {
        printf("Another lab has this run: here you can only watch.\n");
        return false;
    }
    return true;
}

/* Only where everybody stands; stops them, so that the next time it works. */
static bool stands_for(struct line_mode *mode, const char *next)
{
    if (!can_steer(mode)) {
        return false;
    }
    if (!line_stands(mode)) {
        steer_stop(&mode->session.steer);
        printf("Stopped. Now %s.\n", next);
        return false;
    }
    return true;
}

/* --- who goes ------------------------------------------------------------------------------ */

static bool choose(struct line_mode *mode, unsigned long number)
{
    struct session *session = &mode->session;
    const struct model *model = line_model(mode);
    char reason[TEXT_SIZE];
    char refusal[2 * TEXT_SIZE];
    unsigned slot = (unsigned)number;
    if (past_went(&mode->past, session, slot) && number < MP_PROCESSES) {
        line_forward(mode, "");
        return true;
    }
    if (number >= model->process_count) {
        snprintf(refusal, sizeof refusal, "There is no process %lu.", number);
    } else if (model_state(model, slot) >= STATE_ZOMBIE) {
        snprintf(refusal, sizeof refusal, "%u has ended.", slot);
    } else if (model_why_not(model, slot, reason, sizeof reason)) {
        snprintf(refusal, sizeof refusal, "%u cannot go: %s.", slot, reason);
    } else if (line_fork(mode)) {
        mode->predicts = false;
        steer_choose(&session->steer, slot);
        return true;
    } else {
        return false;
    }
    line_refuse(mode, refusal);
    return false;
}

void line_next_number(struct line_mode *mode)
{
    char *rest;
    if (!line_looks_back(mode) &&
        !stands_for(mode, "a number lets that process do one step")) {
        mode->numbers[0] = '\0';
        return;
    }
    unsigned long number = strtoul(mode->numbers, &rest, 10);
    rest += strspn(rest, " ");
    memmove(mode->numbers, rest, strlen(rest) + 1);
    if (!choose(mode, number)) {
        mode->numbers[0] = '\0'; /* the others were meant to follow this one */
    }
}

void line_go(struct line_mode *mode, const char *rest)
{
    struct steer *steer = &mode->session.steer;
    if (rest[0] != '\0') {
        line_goto(mode, rest);
        return;
    }
    if (line_looks_back(mode)) {
        line_play(mode);
        return;
    }
    if (!can_steer(mode)) {
        return;
    }
    if (steer_is_stuck(steer) || (steer->is_free && mode->session.stuck_told)) {
        printf("Nobody can ever go on. Type r to run it again, q to leave.\n");
        return;
    }
    mode->predicts = false;
    mode->picked = true;
    if (!steer->is_free && !steer->going) {
        steer_go(steer);
    }
    if (steer->speed != STEER_UNLIMITED && !steer->is_free && line_listens(mode)) {
        printf("%u step%s a second. Enter stops.\n", steer->speed,
               steer->speed == 1 ? "" : "s");
    }
}

void line_stop(struct line_mode *mode, const char *rest)
{
    struct steer *steer = &mode->session.steer;
    (void)rest;
    if (can_steer(mode) && (steer->going || steer->is_free)) {
        steer_stop(steer);
    }
}

void line_step(struct line_mode *mode, const char *rest)
{
    if (line_looks_back(mode)) {
        line_forward(mode, "");
        return;
    }
    (void)rest;
    if (stands_for(mode, "n lets the lab pick one step")) {
        mode->predicts = false;
        mode->picked = true;
        steer_step(&mode->session.steer);
    }
}

/* --- how fast ------------------------------------------------------------------------------ */

static void say_speed(const struct steer *steer)
{
    if (steer->is_free) {
        printf("Free: nobody is stopped.\n");
    } else if (steer->speed == STEER_UNLIMITED) {
        printf("go goes as fast as it can; speed 2 is slow motion.\n");
    } else {
        printf("go does %u step%s a second.\n", steer->speed,
               steer->speed == 1 ? "" : "s");
    }
}

static void set_free(struct line_mode *mode)
{
    steer_free(&mode->session.steer);
    mode->predicts = false;
    printf("Nobody is stopped any more: every run differs.%s\n",
           line_listens(mode) ? " Enter stops." : "");
}

void line_speed(struct line_mode *mode, const char *rest)
{
    struct steer *steer = &mode->session.steer;
    uint64_t number = STEER_UNLIMITED;
    bool free = strcmp(rest, "free") == 0;
    if (rest[0] == '\0') {
        say_speed(steer);
        return;
    }
    if (!free && strcmp(rest, "max") != 0 &&
        (!read_number(rest, SPEED_MOST, &number) || number == 0)) {
        printf("speed takes steps a second from 1 to %d, max or free, not \"%.20s\".\n",
               SPEED_MOST, rest);
        return;
    }
    if (!can_steer(mode)) {
        return;
    }
    if (free) {
        set_free(mode);
        return;
    }
    bool was_free = steer->is_free;
    steer_speed(steer, (unsigned)number);
    if (was_free) {
        steer_stop(steer);
        steer_go(steer);
    }
    mode->options->speed = (unsigned)number;
    mode->options->is_free = false; /* for again */
    say_speed(steer);
}

void line_stopping(struct line_mode *mode, const char *rest)
{
    bool on = strcmp(rest, "on") == 0;
    if (rest[0] != '\0' && !on && strcmp(rest, "off") != 0) {
        printf("stopping takes on or off, not \"%.20s\".\n", rest);
        return;
    }
    mode->stops = rest[0] == '\0' ? !mode->stops : on;
    if (!mode->stops) {
        printf("It does not stop by itself any more.\n");
    } else if (mode->session.steer.speed == STEER_UNLIMITED) {
        printf("It stops by itself at what matters, in slow motion: speed 2, then go.\n");
    } else {
        printf("It stops by itself at what matters.\n");
    }
}

void line_grain(struct line_mode *mode, const char *rest)
{
    enum mp_grain grain;
    if (rest[0] == '\0') {
        printf("%s\n", grain_sentence(mode->session.model->grain));
        return;
    }
    if (!grain_named(rest, &grain)) {
        printf("grain takes lives, calls or memory, not \"%.20s\".\n", rest);
    } else if (line_looks_back(mode)) {
        printf("What a step was cannot be changed afterwards; last goes back.\n");
    } else if (stands_for(mode, "grain changes what a step is")) {
        session_set_grain(&mode->session, grain);
        mode->predicts = false;
        printf("%s\n", grain_sentence(grain));
    }
}

/* --- again --------------------------------------------------------------------------------- */

static bool can_start(const struct line_mode *mode)
{
    bool can = session_starts(&mode->session);
    if (!can) {
        printf("This program was not started here: it cannot be run again.\n");
    }
    return can;
}

void line_again(struct line_mode *mode, const char *rest)
{
    (void)rest;
    mode->again = can_start(mode);
}

void line_edit(struct line_mode *mode, const char *rest)
{
    char text[TEXT_SIZE + 100];
    struct source_place place = {.line = 0};
    (void)rest;
    if (!can_start(mode)) {
        return;
    }
    session_place(&mode->session, mode->session.model, 0, &place);
    mode->again = edit_and_build(mode->options, place.line > 0 ? place.file : NULL, text,
                                 sizeof text);
    printf("%s\n", text);
}

void line_seed(struct line_mode *mode, const char *rest)
{
    uint64_t seed = mode->options->seed + 1;
    if (!can_start(mode)) {
        return;
    }
    if (mode->options->is_free) {
        printf("Free, nobody picks the order: a seed changes nothing.\n");
        return;
    }
    if (rest[0] != '\0' && !read_number(rest, UINT64_MAX, &seed)) {
        printf("seed takes a whole number, not \"%.20s\".\n", rest);
        return;
    }
    mode->options->seed = seed;
    mode->again = true;
    printf("From the beginning; n and go pick in the order of seed %llu.\n",
           (unsigned long long)seed);
}

void line_twin(struct line_mode *mode, const char *rest)
{
    const char *twin = mode->session.entry.twin;
    struct demo demo;
    char why[256];
    (void)rest;
    if (!can_start(mode)) {
        return;
    }
    if (twin[0] == '\0') {
        printf("%s has no twin.\n", mode->options->demo.name);
        return;
    }
    if (!demo_find(twin, &demo, why, sizeof why)) {
        line_say(why);
        return;
    }
    mode->options->demo = demo;
    mode->options->typed = mode->options->demo.name;
    mode->again = true;
}

void line_full(struct line_mode *mode, const char *rest)
{
    (void)rest;
    if (!can_start(mode)) {
        return;
    }
    if (!mode->session.ended) {
        printf("When this run has ended, full runs it free, with its own numbers.\n");
        return;
    }
    mode->options->is_free = true;
    mode->again = true;
}

/* --- others -------------------------------------------------------------------------------- */

/* A number, or a name as it stands in the sentences; MP_PROCESSES: neither. */
static unsigned process_called(const struct model *model, const char *which)
{
    uint64_t number;
    if (read_number(which, model->process_count, &number) &&
        number < model->process_count) {
        return (unsigned)number;
    }
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        if (strcasecmp(model_name(model, slot), which) == 0) {
            return slot;
        }
    }
    return MP_PROCESSES;
}

void line_kill(struct line_mode *mode, const char *rest)
{
    struct session *session = &mode->session;
    unsigned slot = process_called(line_model(mode), rest);
    if (!line_looks_back(mode) && !can_steer(mode)) {
        return;
    }
    if (slot == MP_PROCESSES) {
        printf("kill which one? For example: kill 2\n");
    } else if (!line_fork(mode)) {
        return;
    } else if (!session_kill(session, slot) &&
               session->model->processes[slot].entry.life < MP_LIFE_ENDED) {
        printf("%s is not there any more.\n", model_name(session->model, slot));
    }
}

void line_answer(struct line_mode *mode, const char *rest)
{
    uint64_t number;
    if (!mode->predicts) {
        printf("Nothing is asked now.\n");
    } else if (!read_number(rest, 1000000000, &number)) {
        printf("answer takes a number; for example: answer 3\n");
    } else {
        decisive_answer(&mode->decisive, (long)number);
        printf("Your answer: %ld. go goes on and shows the truth.\n", (long)number);
    }
}

void line_quit(struct line_mode *mode, const char *rest)
{
    (void)rest;
    mode->leave = true;
}
