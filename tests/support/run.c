// SPDX-License-Identifier: MIT
// Runs a program with pipes. The end of the run is the end of the program (its pidfd),
// not of its output: something it left behind may hold the pipes open for ever.
#include "run.h"

#include "launch.h"
#include "limit.h"
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// What is just about to end when the program ends is nothing left behind.
enum { ENDING_MS = 200 };

enum { TO_STDIN, FROM_STDOUT, FROM_STDERR, ENDED, EVENTS };

struct output {
    FILE *stream; // into memory
    char *text;
    size_t length;
};

static void output_open(struct output *o)
{
    o->stream = open_memstream(&o->text, &o->length);
    ck_assert_ptr_nonnull(o->stream);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// Reads what there is now; closes at the end of the stream.
static void collect(int *fd, struct output *o)
{
    char chunk[16384];
    ssize_t got;

    while (*fd >= 0) {
        got = read(*fd, chunk, sizeof chunk);
        if (got > 0)
            fwrite(chunk, 1, (size_t)got, o->stream);
        else if (got < 0 && errno == EINTR)
            continue;
        else if (got < 0 && errno == EAGAIN)
            return;
        else
            close_fd(fd);
        if (got < (ssize_t)sizeof chunk)
            return; // a flood must not keep us from looking at the clock
    }
}

static void feed(int *fd, const char **input)
{
    ssize_t put = write(*fd, *input, strlen(*input));

    if (put > 0)
        *input += put;
    // A program need not read all that it is given (EPIPE).
    if ((put < 0 && errno != EINTR && errno != EAGAIN) || !**input)
        close_fd(fd);
}

// Moves bytes until the program has ended. False: it has not, and its time is up.
static bool attend(struct pollfd *events, const char *input, struct output *out,
                   struct output *err, int64_t deadline)
{
    for (;;) {
        int left = limit_left(deadline);

        if (poll(events, EVENTS, left) < 0 && errno != EINTR)
            ck_abort_msg("poll: %s", strerror(errno));
        if (events[TO_STDIN].fd >= 0 && events[TO_STDIN].revents)
            feed(&events[TO_STDIN].fd, &input);
        collect(&events[FROM_STDOUT].fd, out);
        collect(&events[FROM_STDERR].fd, err);
        if (events[ENDED].revents)
            return true;
        if (left == 0)
            return false;
    }
}

// Makes a pipe whose `ours` end does not block. Both ends close at exec.
static void make_pipe(int ends[2], int ours)
{
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(fcntl(ends[ours], F_SETFL, O_NONBLOCK), 0);
}

// Starts the program; `events` then has our ends of the pipes and its pidfd.
static pid_t start(const char *const argv[], const struct run_options *options,
                   struct pollfd *events)
{
    int in[2] = {-1, -1}, out[2], err[2] = {-1, -1};
    struct spawn what = {.argv = argv, .env = options->env, .cwd = options->cwd};
    pid_t pid;

    if (options->input)
        make_pipe(in, 1);
    else
        in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    make_pipe(out, 0);
    if (!options->merge)
        make_pipe(err, 0);
    what.stdio[0] = in[0];
    what.stdio[1] = out[1];
    what.stdio[2] = options->merge ? out[1] : err[1];
    pid = spawn_program(&what);
    close_fd(&in[0]);
    close_fd(&out[1]);
    close_fd(&err[1]);

    events[TO_STDIN] = (struct pollfd){.fd = in[1], .events = POLLOUT};
    events[FROM_STDOUT] = (struct pollfd){.fd = out[0], .events = POLLIN};
    events[FROM_STDERR] = (struct pollfd){.fd = err[0], .events = POLLIN};
    events[ENDED] = (struct pollfd){.fd = proc_open(pid), .events = POLLIN};
    ck_assert_int_ge(events[ENDED].fd, 0);
    return pid;
}

struct run_result run_program(const char *const argv[], const struct run_options *options)
{
    static const struct run_options standard;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    struct pollfd events[EVENTS];
    struct run_result result = {0};
    struct output out, err;
    int64_t deadline;
    pid_t pid;

    options = options ? options : &standard;
    output_open(&out);
    output_open(&err);
    pid = start(argv, options, events);
    deadline = limit_after(options->timeout_ms ? options->timeout_ms : RUN_LIMIT_MS);

    sigaction(SIGPIPE, &ignore, &before);
    result.timed_out = !attend(events, options->input, &out, &err, deadline);
    sigaction(SIGPIPE, &before, NULL);
    if (result.timed_out)
        kill(-pid, SIGKILL);
    waitpid(pid, &result.status, 0);
    if (result.timed_out)
        proc_kill_session(pid);
    else
        proc_wait_session(pid, ENDING_MS); // its orphans are ours to reap

    for (int i = FROM_STDOUT; i <= FROM_STDERR; i++)
        for (int more = 64; more > 0 && events[i].fd >= 0; more--)
            collect(&events[i].fd, i == FROM_STDOUT ? &out : &err);
    for (int i = 0; i < EVENTS; i++)
        close_fd(&events[i].fd);
    fclose(out.stream);
    fclose(err.stream);
    result.out = out.text;
    result.err = err.text;
    result.out_length = out.length;
    result.err_length = err.length;
    return result;
}

void run_free(struct run_result *result)
{
    free(result->out);
    free(result->err);
    free(result->last_line);
    *result = (struct run_result){0};
}

int run_exit_code(const struct run_result *result)
{
    return WIFSIGNALED(result->status) ? 128 + WTERMSIG(result->status)
                                       : WEXITSTATUS(result->status);
}

bool run_out_has(const struct run_result *result, const char *text)
{
    return strstr(result->out, text) != NULL;
}

bool run_err_has(const struct run_result *result, const char *text)
{
    return strstr(result->err, text) != NULL;
}

const char *run_last_line(struct run_result *result)
{
    const char *end = result->out + strlen(result->out), *begin;

    if (end > result->out && end[-1] == '\n')
        end--;
    for (begin = end; begin > result->out && begin[-1] != '\n'; begin--)
        ;
    free(result->last_line);
    result->last_line = strndup(begin, (size_t)(end - begin));
    ck_assert_ptr_nonnull(result->last_line);
    return result->last_line;
}

const char *run_describe(const struct run_result *result)
{
    static char text[6000];
    char how[64];

    if (result->timed_out)
        snprintf(how, sizeof how, "killed at its time limit");
    else if (WIFSIGNALED(result->status))
        snprintf(how, sizeof how, "ended by signal %d (%s)", WTERMSIG(result->status),
                 strsignal(WTERMSIG(result->status)));
    else
        snprintf(how, sizeof how, "exit status %d", WEXITSTATUS(result->status));
    snprintf(text, sizeof text, "%s\n--- stderr\n%.2500s\n--- stdout\n%.3300s", how,
             result->err, result->out);
    return text;
}
