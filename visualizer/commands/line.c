// SPDX-License-Identifier: MIT
/*
 * Line mode: the same choices as on the screen, asked and answered in sentences. For screen
 * readers, dumb terminals, editors, and whoever likes it.
 *
 *     who goes? 1
 *     increment-1 read counter: 0.
 *
 * Here is its loop: the run moves on and is told; where everybody stands it asks. On a
 * terminal a line that is typed while the run goes is looked at, too.
 */
#include "commands/line.h"
#include "commands/record.h"

#include "clock.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    TURN_MS = 1,
    FREE_TURN_MS = 20,  /* free running there is little to tell */
    SAMPLE_MS = 60,     /* two looks of the session at the kernel */
    BEHIND_MS = 1000,   /* at most so long for what the kernel does not show */
    TITLE_WAIT_MS = 300 /* for what a free run is about */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

/* --- telling ----------------------------------------------------------------------------------- */

static bool is_told(const struct model *model, const struct sentence *sentence)
{
    switch (sentence->kind) {
    case SAY_BLOCKED_LOCK:
    case SAY_BLOCKED_FULL:
    case SAY_BLOCKED_EMPTY:
    case SAY_BLOCKED_PERMIT:
    case SAY_BLOCKED_EVENT:
    case SAY_BLOCKED_CALLED:
    case SAY_BLOCKED_ITEMS:
    case SAY_BLOCKED_MESSAGE:
    case SAY_DIED_WORKING:
    case SAY_TASK_LOST:
    case SAY_DIED:
    case SAY_DIED_HOLDER:
    case SAY_RECOVERED:
    case SAY_PERHAPS:
    case SAY_KILLED_BY_USER:
    case SAY_KILLED_AGAIN:
    case SAY_ZOMBIE:
    case SAY_ORPHAN:
    case SAY_STUCK:
    case SAY_GOES_ON:
    case SAY_SPINS:
    case SAY_OUTSIDE:
    case SAY_DROPPED:
    case SAY_ALL_ENDED:
        return true;
    default: /* free running there are no steps */
        return sentence->step > 0 || (!model->controlled && !sentence->minor);
    }
}

/* The first sentence that has not been told and is to be; of a printed line, when its text
   has come, or when `all` is to be told. NULL: none. */
static const struct sentence *next_news(struct line_mode *mode, bool all)
{
    const struct model *model = mode->session.model;
    size_t gone = model->sentences_gone;
    mode->said = mode->said > gone ? mode->said : gone;
    while (mode->said < gone + model->sentence_count) {
        const struct sentence *sentence = &model->sentences[mode->said - gone];
        if (sentence->open && !all) {
            return NULL;
        }
        mode->said++;
        if (is_told(model, sentence)) {
            return sentence;
        }
    }
    return NULL;
}

static void tell_news(struct line_mode *mode, bool all)
{
    const struct sentence *sentence;
    while ((sentence = next_news(mode, all)) != NULL) {
        printf("%s%s\n", mode->asked ? "\n" : "", sentence->text);
        mode->asked = false; /* behind it, it asks again */
    }
    fflush(stdout);
}

/* Stops at what matters, in slow motion; tells what came of an answer. */
static void look_for_moment(struct line_mode *mode)
{
    struct session *session = &mode->session;
    struct steer *steer = &session->steer;
    char question[112];
    char truth[112];
    bool slow = !steer->is_free && steer->speed != STEER_UNLIMITED;
    steer->careful = mode->stops && slow;
    if (decisive_truth(&mode->decisive, session->model, session->ended, truth,
                       sizeof truth)) {
        tell_news(mode, session->ended);
        printf("%s\n", truth);
    }
    bool decides =
        decisive_look(&mode->decisive, session->model, question, sizeof question);
    if (!decides || !mode->stops || !slow || !steer->going || session->ended) {
        return;
    }
    steer_stop(steer);
    tell_news(mode, false);
    mode->predicts = mode->decisive.about != PREDICT_NOTHING;
    printf("STOPPED  %s\n%s", question,
           mode->predicts ? "Type answer and a number; then go.\n" : "");
}

/* Of the schedule that is followed: that it ends here, or is not followed. */
static void say_how_it_follows(struct line_mode *mode)
{
    char text[256];
    if (replay_news(&mode->session, &mode->told, text, sizeof text)) {
        tell_news(mode, false);
        line_say(text);
    }
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

/* Nobody can ever go on. */
static bool is_stuck(const struct line_mode *mode)
{
    const struct session *session = &mode->session;
    return session->steer.is_free ? session->stuck_told : steer_is_stuck(&session->steer);
}

bool line_stands(const struct line_mode *mode)
{
    return session_is_stopped(&mode->session) || steer_is_stuck(&mode->session.steer);
}

/* --- asking ------------------------------------------------------------------------------------ */

bool line_listens(const struct line_mode *mode)
{
    return !mode->echo || mode->session.attached;
}

/* Everybody stands for a little while, so that the kernel's word on who has ended is in. */
static bool is_at_rest(const struct line_mode *mode, uint64_t quiet)
{
    uint64_t wait = kernel_is_behind(mode->session.model) ? BEHIND_MS : SAMPLE_MS;
    return mode->session.ended ||
           ((line_stands(mode) || is_stuck(mode)) && quiet > wait * MS);
}

static void say_whether_won(struct line_mode *mode)
{
    char text[256];
    challenge_tell(mode->options, mode->session.model, text, sizeof text);
    if (*text != '\0') {
        line_say(text);
    }
}

static void ask(struct line_mode *mode)
{
    bool over = (mode->session.ended || is_stuck(mode)) && !line_looks_back(mode);
    mode->numbers[0] = '\0'; /* whoever was left has nobody to go on with */
    if (over && !mode->over) {
        say_whether_won(mode);
        line_say_order(mode);
        mode->over = true;
    }
    printf("%s ", over ? "what now?" : "who goes?");
    fflush(stdout);
    mode->asked = true;
}

/* Free, what it is about is said when it is known; else when all stand for the first time. */
static bool can_begin(const struct line_mode *mode, uint64_t since, bool rest)
{
    const struct session *session = &mode->session;
    return rest || session->ended ||
           (session->steer.is_free &&
            (session->title[0] != '\0' || since > TITLE_WAIT_MS * MS));
}

static void hear(struct line_mode *mode, int wait_ms)
{
    char answer[LINE_ANSWER];
    enum line_input got =
        line_input(answer, sizeof answer, wait_ms, session_fd(&mode->session));
    if (got == LINE_NONE) {
        return;
    }
    if (got == LINE_END) {
        printf("\n");
        mode->leave = true;
        return;
    }
    if (mode->echo) {
        printf("%s\n", answer);
    }
    mode->asked = false;
    line_obey(mode, answer);
}

static void begin(struct line_mode *mode)
{
    char goal[256];
    challenge_goal(mode->options, goal, sizeof goal);
    if (*goal != '\0') {
        line_say(goal);
    }
    line_say_beginning(mode);
    mode->begun = true;
    if (mode->session.recorded) { /* from its first step on */
        mode->said = mode->session.model->sentence_count;
        mode->over = true;
        line_first(mode, "");
        return;
    }
    if (mode->goes && !mode->session.ended && !mode->session.steer.is_free) {
        line_go(mode, "");
    }
}

static void one_run(struct line_mode *mode)
{
    struct session *session = &mode->session;
    uint64_t started = mp_nanoseconds();
    uint64_t quiet = started; /* since then nothing has happened */
    while (!mode->leave && !mode->again && !asked_to_end) {
        uint64_t now = mp_nanoseconds();
        bool news = session_pump(session, now);
        quiet = news ? now : quiet;
        bool rest = is_at_rest(mode, now - quiet);
        if (!mode->begun && can_begin(mode, now - started, rest)) {
            begin(mode);
            continue;
        }
        if (mode->begun) {
            tell_news(mode, rest);
            look_for_moment(mode);
            say_how_it_follows(mode);
        }
        mode->was_free = mode->was_free || session->steer.is_free;
        bool can = !session->ended || line_looks_back(mode);
        if (rest && can && mode->numbers[0] != '\0') {
            line_next_number(mode);
            quiet = mp_nanoseconds();
            continue;
        }
        if (rest && mode->begun && !mode->asked) {
            ask(mode);
        }
        int wait = news ? 0 : session->steer.is_free ? FREE_TURN_MS : TURN_MS;
        if (mode->asked || (mode->begun && line_listens(mode))) {
            bool asked = mode->asked;
            hear(mode, asked ? FREE_TURN_MS : wait);
            quiet = asked && !mode->asked ? mp_nanoseconds() : quiet;
        } else if (wait > 0) {
            poll(NULL, 0, wait);
        }
    }
}

/* --- a run ------------------------------------------------------------------------------------- */

static int open_session(struct line_mode *mode, char *why, size_t size)
{
    struct run_options *options = mode->options;
    if (options->recording != NULL) {
        return record_open(&mode->session, options->recording, why, size);
    }
    if (!options->is_attach) {
        struct run_setup setup;
        run_setup_from(options, &setup);
        setup.stopped = true; /* first it says what it is about */
        return session_start(&mode->session, &setup, why, size);
    }
    int rc = session_attach(&mode->session, options->attach, why, size);
    if (rc != 0) {
        return rc;
    }
    run_options_attached(options, mode->session.program.path);
    mode->session.steer.speed = options->speed;
    if (options->stopped && mode->session.has_control) {
        steer_stop(&mode->session.steer);
    }
    return 0;
}

static void close_session(struct line_mode *mode, int *status)
{
    char last[160];
    struct session *session = &mode->session;
    past_leave(&mode->past);
    if (!mode->again && !record_at_end(session, mode->options)) {
        *status = LAB_CANNOT;
    }
    if (session->model == NULL) {
        *status = LAB_CANNOT;
        return;
    }
    if (session->ended && !mode->again) {
        *status = session_exit_status(session);
        if (*model_last_line(session->model, last, sizeof last) != '\0') {
            printf("%s\n", last);
        }
    } else if (session->attached && !session->ended && session->has_control) {
        printf("%s (%d) goes on without the lab.\n", mode->options->demo.name,
               (int)session->program.pid);
    }
    if (!mode->again && challenge_of(mode->options) != NULL) {
        *status = challenge_judge(mode->options->challenge, session->model, last,
                                  sizeof last) == CHALLENGE_MISSED;
    } /* that the program came out wrong may be what was asked for */
    session_end(session);
}

int line_run(struct run_options *options)
{
    static struct line_mode mode;
    char why[512];
    int status = 0;
    bool goes = (options->speed_given || options->schedule != NULL) &&
                !options->stopped && !options->is_attach;
    bool stops = !options->no_stop;
    struct sigaction action = {.sa_handler =
                                   on_signal}; /* no SA_RESTART: reading returns */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    if (!options->speed_given && !options->is_attach) {
        options->speed = STEER_UNLIMITED; /* a reader goes at the pace of a reader */
    }
    do {
        mode = (struct line_mode){.options = options,
                                  .echo = !isatty(STDIN_FILENO),
                                  .goes = goes,
                                  .stops = stops,
                                  .decisive.in_lines = true};
        if (open_session(&mode, why, sizeof why) != 0) {
            return lab_error(LAB_CANNOT, "%s", why);
        }
        one_run(&mode);
        stops = mode.stops;
        close_session(&mode, &status);
    } while (mode.again && !asked_to_end);
    fflush(stdout);
    signal(SIGINT, SIG_DFL); /* the list of the home screen is left at once */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    if (asked_to_end) {
        raise(asked_to_end);
    }
    return status != 0 ? LAB_PROGRAM_FAILED : LAB_FINE;
}
