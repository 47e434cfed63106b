// SPDX-License-Identifier: MIT
/* A run as text, on standard output: for pipes, dumb terminals and screen readers. */
#include "commands/again.h"
#include "commands/races.h"
#include "commands/record.h"
#include "commands/why.h"

#include "clock.h"
#include "report/plain.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    TURN_MS = 2,        /* between two looks while nothing happens */
    FREE_TURN_MS = 50,  /* free running there is little to tell */
    TITLE_WAIT_MS = 300 /* for what the run is about, before the first line is printed */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    asked_to_end = number;
}

static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = on_signal};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        sigaction(numbers[i], &action, NULL);
    }
}

struct text {
    struct run_options *options;
    struct session session;
    struct plain plain;
    bool begun;
    enum replay_state told; /* of the schedule that is followed */
    uint64_t started;
};

static void begin_when_known(struct text *text, uint64_t now)
{
    struct session *session = &text->session;
    const struct model *model = session->model;
    bool known = session->title[0] != '\0' || session->ended ||
                 model->output_length > 0 ||
                 model->life_count > 1; /* said before the first start, or not at all */
    if (text->begun || (!known && now - text->started < TITLE_WAIT_MS * MS)) {
        return;
    }
    char mode[96];
    const struct run_options *options = text->options;
    if (options->is_attach) {
        snprintf(mode, sizeof mode, "Running already, process %d: free",
                 (int)session->program.pid);
    } else if (options->is_free) {
        snprintf(mode, sizeof mode, "Free: every run differs");
    } else if (options->recording != NULL) {
        snprintf(mode, sizeof mode, "A recording");
    } else if (options->schedule != NULL) {
        snprintf(mode, sizeof mode, "One step at a time, in the order that was given");
    } else {
        snprintf(mode, sizeof mode, "One step at a time, order of seed %llu",
                 (unsigned long long)options->seed);
    }
    struct plain_header header = {.demo = options->demo.name,
                                  .arguments = session->title,
                                  .mode = mode,
                                  .with_kernel = options->speed_given};
    plain_begin(&text->plain, stdout, &header);
    if (!session->entry.hooked) {
        printf("It was built without access hooks: its reads and writes are not seen.\n");
    }
    text->begun = true;
}

/* The order has ended before the program, or it does not follow it: nobody goes on. */
static bool order_is_over(struct text *text)
{
    char news[256];
    struct session *session = &text->session;
    bool is_news = replay_news(session, &text->told, news, sizeof news);
    if (is_news) {
        printf("%s\n", text->told == REPLAY_DONE ? "The order ends here." : news);
    }
    return is_news && session_is_stopped(session);
}

static void loop(struct text *text)
{
    struct session *session = &text->session;
    while (!session->ended && !asked_to_end) {
        uint64_t now = mp_nanoseconds();
        bool news = session_pump(session, now);
        begin_when_known(text, now);
        if (text->begun && news) {
            plain_update(&text->plain, session->model);
            fflush(stdout);
        }
        if (!news) {
            struct pollfd output = {.fd = session_fd(session), .events = POLLIN};
            poll(&output, 1, session->steer.is_free ? FREE_TURN_MS : TURN_MS);
        }
        if (!news && order_is_over(text)) {
            break;
        }
        if (session->stuck_told &&
            (session->steer.is_free || steer_is_stuck(&session->steer))) {
            break; /* nobody can ever go on: said, and nothing to wait for */
        }
    }
}

static void tell_races(struct text *text)
{
    char *races =
        text->options->races ? races_text(&text->session, text->session.model) : NULL;
    if (races != NULL) {
        fputs(races, stdout);
        fflush(stdout);
    }
    free(races);
}

static void say_indented(const char *line)
{
    printf("  %s\n", line);
}

int text_run(struct run_options *options)
{
    static struct text text;
    char why[512];
    text = (struct text){.options = options, .started = mp_nanoseconds()};
    catch_signals();
    if (!options->speed_given) {
        options->speed = STEER_UNLIMITED; /* nobody watches: as fast as the gate goes */
    }
    int rc;
    if (options->recording != NULL) {
        rc = record_open(&text.session, options->recording, why, sizeof why);
    } else if (options->is_attach) {
        rc = session_attach(&text.session, options->attach, why, sizeof why);
    } else {
        struct run_setup setup;
        run_setup_from(options, &setup);
        rc = session_start(&text.session, &setup, why, sizeof why);
    }
    if (rc != 0) {
        return lab_error(LAB_CANNOT, "%s", why);
    }
    if (options->is_attach) {
        run_options_attached(options, text.session.program.path);
    }
    loop(&text);
    begin_when_known(&text, UINT64_MAX);
    plain_update(&text.plain, text.session.model); /* of a recording all there is */
    if (text.session.model->stuck) {
        plain_flush(&text.plain); /* that it is stuck was said last */
        why_lines(&text.session, text.session.model, say_indented);
    }
    int status = text.session.ended ? session_exit_status(&text.session) : 0;
    struct plain_facts facts = {.seeded = !options->is_free && options->schedule == NULL &&
                                          !steer_was_outside(&text.session.steer),
                                .seed = options->seed,
                                .exit_status = status};
    plain_end(&text.plain, text.session.model, &facts);
    fflush(stdout);
    tell_races(&text);
    bool kept = record_at_end(&text.session, options);
    bool stuck = text.session.stuck_told || text.told == REPLAY_DIFFERS;
    session_end(&text.session);
    if (asked_to_end) {
        signal(asked_to_end, SIG_DFL);
        raise(asked_to_end); /* as it would have ended without us */
    }
    if (!kept) {
        return LAB_CANNOT;
    }
    return status != 0 || stuck ? LAB_PROGRAM_FAILED : LAB_FINE;
}
