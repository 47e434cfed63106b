// SPDX-License-Identifier: MIT
/*
 * Line mode: the same choices as on the screen, asked and answered in sentences. For screen
 * readers, dumb terminals, editors, and whoever likes it.
 *
 *     who goes? 1
 *     increment-1 read counter: 0.
 */
#include "commands/line.h"
#include "commands/own.h"

#include "clock.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TURN_MS = 1,
    SAMPLE_MS = 60,   /* two looks of the session at the kernel */
    BEHIND_MS = 1000, /* at most so long for what the kernel does not show */
    ANSWER_SIZE = 64,
    TEXT_SIZE = 200,
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

/* --- telling ----------------------------------------------------------------------------------- */

static bool is_told(const struct sentence *sentence)
{
    switch (sentence->kind) {
    case SAY_BLOCKED_LOCK:
    case SAY_DIED:
    case SAY_DIED_HOLDER:
    case SAY_KILLED_BY_USER:
    case SAY_KILLED_AGAIN:
    case SAY_ZOMBIE:
    case SAY_STUCK:
    case SAY_SPINS:
    case SAY_OUTSIDE:
    case SAY_ALL_ENDED:
        return true;
    default:
        return sentence->step > 0;
    }
}

/* Tells what is new; of a printed line, when its text has come, or when `all` is to be told. */
static void tell_news(struct line_mode *mode, bool all)
{
    const struct model *model = mode->session.model;
    size_t gone = model->sentences_gone;
    for (mode->said = mode->said > gone ? mode->said : gone;
         mode->said < gone + model->sentence_count; mode->said++) {
        const struct sentence *sentence = &model->sentences[mode->said - gone];
        if (sentence->open && !all) {
            break;
        }
        if (is_told(sentence)) {
            printf("%s\n", sentence->text);
        }
    }
    fflush(stdout);
}

/* The kernel does not show yet what the model knows: who has ended as a zombie, who stands
   as asleep. */
static bool kernel_is_behind(const struct model *model)
{
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        const struct process_view *process = &model->processes[slot];
        bool stands = process->entry.life == MP_LIFE_ALIVE && process->entry.waiting;
        if ((model_state(model, slot) == STATE_ZOMBIE && process->kernel.state != 'Z') ||
            (stands && process->kernel.state == 'R')) {
            return true;
        }
    }
    return false;
}

/* Moves on until everybody stands again, or the run has ended; tells what happens. */
static void move_on(struct line_mode *mode)
{
    struct session *session = &mode->session;
    uint64_t quiet = mp_nanoseconds(); /* since then nothing has happened */
    while (!session->ended && !asked_to_end) {
        uint64_t now = mp_nanoseconds();
        bool news = session_pump(session, now);
        tell_news(mode, false);
        quiet = news ? now : quiet;
        bool stands =
            steer_is_stopped(&session->steer) || steer_is_stuck(&session->steer);
        /* A little longer, so that the kernel's word on who has ended is in. */
        uint64_t wait = kernel_is_behind(session->model) ? BEHIND_MS : SAMPLE_MS;
        if (stands && now - quiet > wait * 1000000ull) {
            break;
        }
        if (!news) {
            poll(NULL, 0, TURN_MS);
        }
    }
    tell_news(mode, true);
}

/* --- asking ------------------------------------------------------------------------------------ */

/* Reads an answer; false at the end of the input. */
static bool ask(struct line_mode *mode, const char *question, char *answer, size_t size)
{
    printf("%s ", question);
    fflush(stdout);
    answer[0] = '\0';
    if (asked_to_end || fgets(answer, (int)size, stdin) == NULL) {
        printf("\n");
        return false;
    }
    if (strchr(answer, '\n') == NULL) { /* too long: the rest is no answer of its own */
        for (int c; (c = getchar()) != '\n' && c != EOF;) {
        }
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    if (mode->echo) {
        printf("%s\n", answer);
    }
    return true;
}

static void choose(struct line_mode *mode, unsigned long number)
{
    struct session *session = &mode->session;
    const struct model *model = session->model;
    char reason[TEXT_SIZE];
    char refusal[2 * TEXT_SIZE];
    unsigned slot = (unsigned)number;
    if (number >= model->process_count) {
        snprintf(refusal, sizeof refusal, "There is no process %lu.", number);
    } else if (model_state(model, slot) >= STATE_ZOMBIE) {
        snprintf(refusal, sizeof refusal, "%u has ended.", slot);
    } else if (model_why_not(model, slot, reason, sizeof reason)) {
        snprintf(refusal, sizeof refusal, "%u cannot go: %s.", slot, reason);
    } else {
        steer_choose(&session->steer, slot);
        move_on(mode);
        return;
    }
    line_refuse(mode, refusal);
}

static void kill_process(struct line_mode *mode, const char *which)
{
    char *end;
    unsigned long slot = strtoul(which, &end, 10);
    if (end == which || slot >= mode->session.model->process_count) {
        printf("kill which one? For example: kill 2\n");
        return;
    }
    session_kill(&mode->session, (unsigned)slot);
    move_on(mode);
}

static void edit(struct line_mode *mode)
{
    char text[TEXT_SIZE + 100];
    struct source_place place = {.line = 0};
    session_place(&mode->session, 0, &place);
    mode->again = edit_and_build(mode->options, place.line > 0 ? place.file : NULL, text,
                                 sizeof text);
    printf("%s\n", text);
}

static void do_as_told(struct line_mode *mode, const char *answer)
{
    char *end;
    unsigned long number = strtoul(answer, &end, 10);
    if (isdigit((unsigned char)answer[0]) && *end == '\0') {
        choose(mode, number);
    } else if (strcmp(answer, "go") == 0 || strcmp(answer, "g") == 0) {
        steer_go(&mode->session.steer);
        move_on(mode);
    } else if (strcmp(answer, "n") == 0) {
        steer_step(&mode->session.steer);
        move_on(mode);
    } else if (answer[0] == '\0') {
        line_say_who_can_go(mode);
    } else if (strcmp(answer, "state") == 0) {
        line_say_state(mode);
    } else if (strcmp(answer, "source") == 0) {
        line_say_source(mode);
    } else if (strncmp(answer, "kill", 4) == 0) {
        kill_process(mode, answer + 4);
    } else if (strcmp(answer, "edit") == 0) {
        edit(mode);
    } else if (strcmp(answer, "r") == 0 || strcmp(answer, "again") == 0) {
        mode->again = true;
    } else if (strcmp(answer, "q") == 0 || strcmp(answer, "quit") == 0) {
        mode->leave = true;
    } else {
        char before[ANSWER_SIZE + 40] = "";
        if (strcmp(answer, "?") != 0 && strcmp(answer, "help") != 0) {
            snprintf(before, sizeof before, "\"%s\" is not one of the words. ", answer);
        }
        line_say_words(before);
    }
}

static bool is_about_going(const char *answer)
{
    return isdigit((unsigned char)answer[0]) || strcmp(answer, "go") == 0 ||
           strcmp(answer, "g") == 0 || strcmp(answer, "n") == 0;
}

static void one_run(struct line_mode *mode)
{
    char answer[ANSWER_SIZE];
    bool order_told = false;
    move_on(mode);
    line_say_beginning(mode);
    while (!mode->leave && !mode->again && !asked_to_end) {
        bool over = mode->session.ended || steer_is_stuck(&mode->session.steer);
        if (over && !order_told) {
            line_say_order(mode->session.model);
            order_told = true;
        }
        if (!ask(mode, over ? "what now?" : "who goes?", answer, sizeof answer)) {
            mode->leave = true;
        } else if (mode->session.ended && is_about_going(answer)) {
            printf("It has ended. Type r to run it again, q to leave.\n");
        } else {
            do_as_told(mode, answer + strspn(answer, " \t"));
        }
    }
}

int line_run(struct run_options *options)
{
    static struct line_mode mode;
    char why[512];
    char last[160];
    int status = 0;
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: ask() returns */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    options->stopped = true;
    options->speed = STEER_UNLIMITED;
    do {
        struct run_setup setup;
        mode = (struct line_mode){.options = options, .echo = !isatty(STDIN_FILENO)};
        run_setup_from(options, &setup);
        if (session_start(&mode.session, &setup, why, sizeof why) != 0) {
            return lab_error(LAB_CANNOT, "%s", why);
        }
        one_run(&mode);
        if (mode.session.ended && !mode.again) {
            status = session_exit_status(&mode.session);
            printf("%s\n", model_last_line(mode.session.model, last, sizeof last));
        }
        session_end(&mode.session);
    } while (mode.again && !asked_to_end);
    fflush(stdout);
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end);
    }
    return status != 0 ? LAB_PROGRAM_FAILED : LAB_FINE;
}
