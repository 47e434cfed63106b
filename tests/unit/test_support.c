// SPDX-License-Identifier: MIT
// Tests of the test harness: that it sees what is there, and that it fails when it
// should. For the latter this program runs itself as `test_support inner NAME`: a suite
// of the one test NAME, which is wrong on purpose, and looks at what became of it.
#include "limit.h"
#include "paths.h"
#include "proc.h"
#include "run.h"
#include "suite.h"
#include "terminal.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOON_MS = 5000 };

#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SHELL(script) COMMAND("sh", "-c", script)

// ---- Running programs

START_TEST(run_keeps_output_and_status)
{
    struct run_options options = {.input = "hello\n", .cwd = "/"};
    struct run_result r = run_program(
        SHELL("cat; pwd; echo oops >&2; echo ${TERM-no TERM}; exit 3"), &options);

    run_assert_exit(&r, 3);
    ck_assert_str_eq(r.out, "hello\n/\nno TERM\n");
    ck_assert_str_eq(r.err, "oops\n");
    ck_assert_str_eq(run_last_line(&r), "no TERM");
    ck_assert(run_out_has(&r, "hello") && !run_out_has(&r, "oops"));
    run_free(&r);

    options.merge = true;
    r = run_program(SHELL("echo a; echo b >&2; kill -SEGV $$"), &options);
    ck_assert_str_eq(r.out, "a\nb\n");
    ck_assert_int_eq(run_exit_code(&r), 128 + SIGSEGV);
    run_free(&r);
}
END_TEST

START_TEST(run_takes_much_and_gives_much)
{
    enum { LENGTH = 1000000 };
    struct run_options options = {0};
    struct run_result r;
    char *text = malloc(LENGTH + 1);

    memset(text, 'y', LENGTH);
    text[LENGTH] = '\0';
    options.input = text;
    r = run_program(COMMAND("cat"), &options);
    ck_assert_uint_eq(r.out_length, LENGTH);
    run_free(&r);
    r = run_program(COMMAND("true"), &options); // reads nothing of it
    run_assert_exit(&r, 0);
    run_free(&r);
    free(text);
}
END_TEST

START_TEST(run_kills_at_its_limit)
{
    const struct run_options options = {.timeout_ms = 300};
    struct run_result r = run_program(
        SHELL("trap '' TERM HUP; sleep 1000 & echo $!; wait; wait"), &options);

    ck_assert(r.timed_out);
    ck_assert_int_eq(run_exit_code(&r), 128 + SIGKILL);
    ck_assert_int_eq(proc_state(atoi(r.out)), '\0');
    run_free(&r);
}
END_TEST

// ---- Processes

START_TEST(states_of_a_child_are_told_apart)
{
    pid_t child = fork(), found[2];

    if (child == 0) {
        pause();
        _exit(0);
    }
    ck_assert(proc_wait_state(child, "S", SOON_MS));
    ck_assert_uint_eq(proc_children(getpid(), found, 2), 1);
    ck_assert_int_eq(found[0], child);
    ck_assert_int_ge(proc_ticks(child), 0);
    ck_assert(!proc_wait_end(child, 10));
    kill(child, SIGSTOP);
    ck_assert(proc_wait_state(child, "T", SOON_MS));
    // Check's handler for SIGTERM must not be what a test's children have.
    kill(child, SIGTERM);
    kill(child, SIGCONT);
    ck_assert(proc_wait_end(child, SOON_MS));
    ck_assert_int_eq(proc_state(child), 'Z');
    ck_assert(proc_wait_gone(child, SOON_MS));
    ck_assert_int_eq(proc_state(child), '\0');
    ck_assert_int_eq(proc_ticks(child), -1);
}
END_TEST

START_TEST(session_of_orphans_is_waited_for_and_killed)
{
    // sh ends at once; what it leaves is an orphan, and becomes ours.
    struct run_result r = run_program(SHELL("sleep 1000 >/dev/null & echo $!"), NULL);
    pid_t orphan = atoi(r.out), session = getsid(orphan);

    ck_assert_uint_eq(proc_session_count(session), 1);
    ck_assert(!proc_wait_session(session, 10));
    ck_assert_uint_eq(proc_kill_session(session), 1);
    ck_assert(proc_wait_session(session, SOON_MS));
    ck_assert_int_eq(proc_state(orphan), '\0');
    run_free(&r);
}
END_TEST

START_TEST(fork_without_end_is_ended)
{
    pid_t child = fork();

    if (child == 0) {
        // Gone before anybody could have found it, but for the one that it has forked.
        setsid();
        while (fork() == 0)
            ;
        _exit(0);
    }
    ck_assert(proc_wait_end(child, SOON_MS));
    proc_kill_descendants();
    ck_assert_uint_eq(proc_children(getpid(), NULL, 0), 0);
}
END_TEST

START_TEST(paths_are_joined)
{
    ck_assert_str_eq(path_in("/a", "b"), "/a/b");
    ck_assert_str_ne(path_in("/a", "b"), path_in("/a", "c"));
}
END_TEST

// ---- Inner tests: wrong on purpose, run by the tests below

START_TEST(leaves_nothing)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
}
END_TEST

START_TEST(leaves_child)
{
    if (fork() == 0)
        for (;;)
            pause();
}
END_TEST

START_TEST(leaves_zombie)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    ck_assert(proc_wait_end(child, SOON_MS));
}
END_TEST

// A grandchild that has left the process group and the session, and tells its number.
static void escape(void)
{
    int ready[2];
    char byte;

    ck_assert_int_eq(pipe(ready), 0);
    fflush(NULL);
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            signal(SIGHUP, SIG_IGN);
            signal(SIGTERM, SIG_IGN);
            printf("escaped %d\n", (int)getpid());
            fflush(stdout);
            close(ready[0]);
            close(ready[1]);
            for (;;)
                pause();
        }
        _exit(0);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 0);
    close(ready[0]);
}

START_TEST(leaves_daemon)
{
    escape();
    wait(NULL);
}
END_TEST

START_TEST(leaves_descriptor)
{
    ck_assert_int_ge(open("/dev/null", O_RDONLY), 0);
}
END_TEST

START_TEST(leaves_shared_memory)
{
    close(shm_open(getenv("OBJECT"), O_CREAT | O_RDWR, 0600));
}
END_TEST

static void *sleep_on(void *arg)
{
    for (;;)
        pause();
    return arg;
}

START_TEST(leaves_thread)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, sleep_on, NULL), 0);
}
END_TEST

START_TEST(fails_with_daemon)
{
    escape();
    ck_abort_msg("wrong on purpose");
}
END_TEST

START_TEST(hangs_with_daemon)
{
    escape();
    for (;;)
        pause();
}
END_TEST

// ---- Tests of the fixture and the watchdog

static const char *const *inner(const char *name)
{
    static char self[PATH_MAX];
    static const char *argv[] = {self, "inner", NULL, NULL};

    ck_assert_int_gt(readlink("/proc/self/exe", self, sizeof self - 1), 0);
    argv[2] = name;
    return argv;
}

// The process that escape() has made, and the inner run has named, must be gone.
static void assert_caught(const char *out)
{
    const char *text = strstr(out, "escaped ");

    ck_assert_msg(text != NULL, "%s", out);
    ck_assert_int_eq(proc_state(atoi(text + strlen("escaped "))), '\0');
}

START_TEST(clean_test_passes)
{
    struct run_result r = run_program(inner("leaves_nothing"), NULL);

    run_assert_exit(&r, 0);
    ck_assert(run_out_has(&r, "100%: Checks: 1, Failures: 0, Errors: 0"));
    ck_assert_str_eq(r.err, "");
    run_free(&r);
}
END_TEST

START_TEST(what_is_left_behind_fails_the_test)
{
    static const struct {
        const char *test, *says;
    } cases[] = {
        {"leaves_child", "(test_support), state "},
        {"leaves_zombie", "(test_support), state Z, child of "},
        {"leaves_daemon", "(test_support), state "},
        {"leaves_descriptor", " -> /dev/null"},
        {"leaves_shared_memory", "shared memory forklab-test-"},
        {"leaves_thread", "thread "},
    };
    // Short limits: the object would disturb other tests that run at the same time.
    char object[64] = "OBJECT=";
    char *name = object + strlen(object);
    const char *const env[] = {object, "TEST_TIMEOUT_FACTOR=0.2", NULL};
    struct run_result r;

    sprintf(name, "/forklab-test-%d", (int)getpid());
    r = run_program(inner(cases[_i].test), &(struct run_options){.env = env});
    ck_assert_int_eq(shm_unlink(name) == 0, strstr(cases[_i].test, "memory") != NULL);
    run_assert_exit(&r, 1);
    ck_assert(run_out_has(&r, "0%: Checks: 1, Failures: 1, Errors: 0"));
    ck_assert_msg(run_out_has(&r, cases[_i].says), "%s", run_describe(&r));
    if (strcmp(cases[_i].test, "leaves_daemon") == 0)
        assert_caught(r.out);
    run_free(&r);
}
END_TEST

START_TEST(failed_or_hanging_test_leaves_no_process)
{
    struct run_result r =
        run_program(inner(_i ? "hangs_with_daemon" : "fails_with_daemon"), NULL);

    run_assert_exit(&r, 1);
    ck_assert(run_out_has(&r, _i ? "Test timeout expired" : "wrong on purpose"));
    ck_assert(run_err_has(&r, "killed what a test left behind"));
    // Already then, and not only at the end of all.
    ck_assert(!run_err_has(&r, "killed what the tests left behind"));
    ck_assert(run_err_has(&r, "killed what a test left behind"));
    assert_caught(r.out);
    run_free(&r);
}
END_TEST

START_TEST(killed_runner_leaves_no_process)
{
    const struct terminal_options options = {.keep_log = true};
    struct terminal *t = terminal_open(24, 80, &options, inner("hangs_with_daemon"));
    pid_t guard = terminal_pid(t), runner;
    int status;

    terminal_assert_text(t, "escaped", SOON_MS);
    ck_assert_uint_eq(proc_children(guard, &runner, 1), 1);
    kill(_i == 0 ? runner : guard, _i == 0 ? SIGKILL : SIGTERM);
    status = terminal_wait_exit(t, SOON_MS);
    if (_i == 0)
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    else
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_caught(terminal_log(t));
    ck_assert_uint_eq(terminal_close(t), 0);
}
END_TEST

static int run_inner(const char *name)
{
    const struct suite_test tests[] = {
        {.test = leaves_nothing},
        {.test = leaves_child},
        {.test = leaves_zombie},
        {.test = leaves_daemon},
        {.test = leaves_descriptor},
        {.test = leaves_shared_memory},
        {.test = leaves_thread},
        {.test = fails_with_daemon},
        {.test = hangs_with_daemon, .timeout = 1},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (strcmp(tests[i].test->name, name) == 0)
            return suite_run("inner", &tests[i], 1);
    return 2;
}

int main(int argc, char **argv)
{
    const struct suite_test tests[] = {
        {.test = run_keeps_output_and_status},
        {.test = run_takes_much_and_gives_much},
        {.test = run_kills_at_its_limit},
        {.test = states_of_a_child_are_told_apart},
        {.test = session_of_orphans_is_waited_for_and_killed},
        {.test = fork_without_end_is_ended},
        {.test = paths_are_joined},
        {.test = clean_test_passes},
        {.test = what_is_left_behind_fails_the_test, .to = 6},
        {.test = failed_or_hanging_test_leaves_no_process, .to = 2},
        {.test = killed_runner_leaves_no_process, .to = 2},
    };

    if (argc == 3 && strcmp(argv[1], "inner") == 0)
        return run_inner(argv[2]);
    return suite_run("support", tests, sizeof tests / sizeof *tests);
}
