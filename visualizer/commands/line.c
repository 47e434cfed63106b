// SPDX-License-Identifier: MIT
/*
 * Line mode: the same choices as on the screen, asked and answered in sentences. For screen
 * readers, dumb terminals, editors, and whoever likes it.
 *
 *     who goes? 1
 *     increment-1 read counter: 0.
 */
#include "commands/commands.h"

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
    WIDTH = 75
};

struct line_mode {
    struct run_options *options;
    struct session session;
    size_t said; /* sentences told so far, counted from the start of the run */
    bool echo;   /* answers come from a pipe: they are shown as if they were typed */
    bool leave;
    bool again;
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

/* Prints a line, broken between words where it would be too long for a terminal. */
static void tell(const char *text)
{
    enum { WIDEST = 79 };
    while (strlen(text) > WIDEST) {
        size_t end = WIDEST;
        while (end > 0 && text[end] != ' ') {
            end--;
        }
        end = end > 0 ? end : WIDEST;
        printf("%.*s\n", (int)end, text);
        text += end + (text[end] == ' ');
    }
    printf("%s\n", text);
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

static bool can_go(struct line_mode *mode, unsigned slot)
{
    char reason[TEXT_SIZE];
    const struct mp_process_entry *entry = &mode->session.model->processes[slot].entry;
    bool lives = entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE;
    return lives && entry->waiting &&
           !model_why_not(mode->session.model, slot, reason, sizeof reason);
}

/* "1 increment-1 will read counter. 2 increment-2 will read counter." */
static void tell_who_can_go(struct line_mode *mode)
{
    const struct model *model = mode->session.model;
    int used = 0;
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        char next[TEXT_SIZE];
        char text[2 * TEXT_SIZE];
        if (!can_go(mode, slot)) {
            continue;
        }
        model_does_next(model, slot, next, sizeof next);
        int length = snprintf(text, sizeof text, "%u %s will %s.", slot,
                              model_name(model, slot), next);
        if (used > 0 && used + 1 + length > WIDTH) {
            printf("\n");
            used = 0;
        }
        used += printf("%s%s", used > 0 ? " " : "", text);
    }
    printf("%s\n", used > 0 ? "" : "Nobody can go.");
}

/* A refusal, and who can go instead: "Only 2 can go: it will write counter." */
static void refuse(struct line_mode *mode, const char *refusal)
{
    const struct model *model = mode->session.model;
    unsigned count = 0;
    unsigned only = 0;
    char next[TEXT_SIZE];
    char text[4 * TEXT_SIZE];
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        if (can_go(mode, slot)) {
            count++;
            only = slot;
        }
    }
    int used = snprintf(text, sizeof text, "%s", refusal);
    if (count == 1) {
        model_does_next(model, only, next, sizeof next);
        snprintf(text + used, sizeof text - (size_t)used, " Only %u can go: it will %s.",
                 only, next);
    }
    tell(text);
}

static void tell_beginning(struct line_mode *mode)
{
    struct session *session = &mode->session;
    const struct model *model = session->model;
    char text[4 * TEXT_SIZE];
    size_t used = (size_t)snprintf(text, sizeof text, "%s%s%s.", mode->options->demo.name,
                                   session->title[0] != '\0' ? ", " : "", session->title);
    for (size_t i = 0; i < model->field_count && model->expected_what[0] != '\0'; i++) {
        const struct field *field = &model->fields[i];
        if (strcmp(field->name, model->expected_what) == 0) {
            char value[32];
            model_value(field, field->value, value, sizeof value);
            snprintf(text + used, sizeof text - used,
                     " The %s is %s. It should end at %lld.", field->name, value,
                     (long long)model->expected);
            break;
        }
    }
    tell(text);
    tell_who_can_go(mode);
}

static void tell_state(struct line_mode *mode)
{
    const struct model *model = mode->session.model;
    char text[4 * TEXT_SIZE];
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        char done[TEXT_SIZE];
        char next[TEXT_SIZE];
        model_has_done(model, slot, done, sizeof done);
        model_does_next(model, slot, next, sizeof next);
        const struct process_view *process = &model->processes[slot];
        snprintf(text, sizeof text, "%u %s (%d): %s, kernel %s. Has done: %s. Next: %s.",
                 slot, process->entry.name, (int)process->entry.pid,
                 model_state_word(model_state(model, slot)),
                 model_kernel_word(process->kernel.state), done, next);
        tell(text);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        char value[64];
        const struct field *field = &model->fields[i];
        if (field->known && !field->gone) {
            model_value(field, field->value, value, sizeof value);
            printf("%s is %s: %llu updates written, %llu lost.\n", field->name, value,
                   (unsigned long long)field->updates, (unsigned long long)field->lost);
        }
    }
    for (unsigned i = 1; i < model->object_count; i++) {
        const struct mp_object_entry *lock = &model->objects[i];
        if (lock->kind == MP_KIND_LOCK && lock->owner == MP_NOBODY) {
            printf("Nobody has %s.\n", lock->name);
        } else if (lock->kind == MP_KIND_LOCK) {
            printf("%s has %s.\n", model_name(model, lock->owner), lock->name);
        }
    }
}

static void tell_source(struct line_mode *mode)
{
    struct session *session = &mode->session;
    bool told = false;
    for (unsigned slot = 0; slot < session->model->process_count; slot++) {
        struct source_place place;
        session_place(session, slot, &place);
        struct source *source = place.line > 0 ? source_open(place.file) : NULL;
        if (source != NULL) {
            const char *slash = strrchr(place.file, '/');
            const char *line = source_line(source, place.line);
            printf("%u stands at %s line %d: %s\n", slot,
                   slash != NULL ? slash + 1 : place.file, place.line,
                   line + strspn(line, " "));
            told = true;
        }
        source_close(source);
    }
    if (!told) {
        printf("Nobody stands at a line that is known.\n");
    }
}

static void tell_words(const char *before)
{
    char text[2 * TEXT_SIZE];
    snprintf(
        text, sizeof text,
        "%sA number: that process does one step. go: all go on, to the end. state: all "
        "there is to know. source: where each one stands. kill N: kills it. r: again. "
        "q: leave.",
        before);
    tell(text);
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
    refuse(mode, refusal);
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
        tell_who_can_go(mode);
    } else if (strcmp(answer, "state") == 0) {
        tell_state(mode);
    } else if (strcmp(answer, "source") == 0) {
        tell_source(mode);
    } else if (strncmp(answer, "kill", 4) == 0) {
        kill_process(mode, answer + 4);
    } else if (strcmp(answer, "r") == 0 || strcmp(answer, "again") == 0) {
        mode->again = true;
    } else if (strcmp(answer, "q") == 0 || strcmp(answer, "quit") == 0) {
        mode->leave = true;
    } else {
        char before[ANSWER_SIZE + 40] = "";
        if (strcmp(answer, "?") != 0 && strcmp(answer, "help") != 0) {
            snprintf(before, sizeof before, "\"%s\" is not one of the words. ", answer);
        }
        tell_words(before);
    }
}

static void tell_order(const struct model *model)
{
    enum { MOST = 200 };
    char text[2 * MOST + 8 * TEXT_SIZE];
    bool none = model->moment_count == 0;
    size_t used = (size_t)snprintf(text, sizeof text, "%s",
                                   none ? "Nobody took a step" : "Your order was");
    for (size_t i = 0; i < model->moment_count && i < MOST; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, " %u",
                                 model->moments[i].process);
    }
    snprintf(text + used, sizeof text - used, "%s. Type r to try another one, q to leave.",
             model->moment_count > MOST ? " ..." : "");
    tell(text);
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
    tell_beginning(mode);
    while (!mode->leave && !mode->again && !asked_to_end) {
        bool over = mode->session.ended || steer_is_stuck(&mode->session.steer);
        if (over && !order_told) {
            tell_order(mode->session.model);
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
