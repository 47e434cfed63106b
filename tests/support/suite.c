// SPDX-License-Identifier: MIT
// Three generations of processes. The guard is what make started; it waits, and whatever
// becomes of the others it kills what they leave. Its child runs Check, and forks one
// process for each test. Guard and runner are both reapers of orphans (subreapers),
// because Check itself, when a test takes too long, kills no more than the test's process
// group: anything that has called setsid(), as each program on a terminal has, would live
// on.
#include "suite.h"

#include "leaks.h"
#include "limit.h"
#include "proc.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Check cuts a message at BUFSIZ, but gives up, with all tests, when a message and what
// it adds to it are longer than this, which is BUFSIZ unless it is told otherwise.
enum { MESSAGE_MAX = 4 * BUFSIZ };

static const char *suite_name;
static int swept;

// Runs in the runner after each test. A test that passed has left nothing, or else its
// leak fixture would have failed it; so this is for those that failed or were killed.
static void sweep(void)
{
    char *left = proc_describe_descendants();

    if (*left) {
        fprintf(stderr, "%s: killed what a test left behind:\n%s", suite_name, left);
        proc_kill_descendants();
        swept++;
    }
    free(left);
}

// One test case of Check for each test: the timeout and the sweep belong to a test case,
// and CK_RUN_CASE can then name a test.
static TCase *test_case(const struct suite_test *t)
{
    TCase *tc = tcase_create(t->test->name);
    double timeout = t->timeout > 0 ? t->timeout : SUITE_TIMEOUT;

    tcase_set_timeout(tc, timeout * limit_factor());
    tcase_add_unchecked_fixture(tc, NULL, sweep);
    // Setups run in this order, teardowns in the reverse one.
    tcase_add_checked_fixture(tc, leaks_setup, leaks_teardown);
    tcase_add_checked_fixture(tc, t->setup, t->teardown);
    if (t->to > t->from)
        tcase_add_loop_test(tc, t->test, t->from, t->to);
    else
        tcase_add_test(tc, t->test);
    return tc;
}

static int run_tests(const char *name, const struct suite_test *tests, size_t count)
{
    Suite *suite = suite_create(name);
    SRunner *runner;
    int failed, run;

    suite_name = name;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    check_set_max_msg_size(MESSAGE_MAX);
    for (size_t i = 0; i < count; i++)
        suite_add_tcase(suite, test_case(&tests[i]));
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    run = srunner_ntests_run(runner);
    srunner_free(runner);
    if (run == 0)
        fprintf(stderr, "%s: no test was run\n", name);
    fflush(NULL);
    return failed == 0 && swept == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Waits for the runner to end, or for a signal that ends us both. Returns the signal or
// 0.
static int wait_for(pid_t runner, const sigset_t *signals, int *status)
{
    for (;;) {
        int signal = sigwaitinfo(signals, NULL);

        if (signal == SIGCHLD) {
            if (waitpid(runner, status, WNOHANG) == runner)
                return 0;
        } else if (signal > 0) {
            return signal;
        }
    }
}

static int guard(pid_t runner, const char *name, const sigset_t *signals,
                 const sigset_t *mask)
{
    int status = 0;
    int signal = wait_for(runner, signals, &status);
    char *left = proc_describe_descendants();

    if (*left && signal == 0)
        fprintf(stderr, "%s: killed what the tests left behind:\n%s", name, left);
    proc_kill_descendants();
    if (signal) {
        // End as the signal would have ended us, for whoever looks at our status.
        free(left);
        raise(signal);
        sigprocmask(SIG_SETMASK, mask, NULL);
        return EXIT_FAILURE; // only where the signal is ignored
    }
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: the test runner was ended by signal %d (%s)\n", name,
                WTERMSIG(status), strsignal(WTERMSIG(status)));
    status = *left || !WIFEXITED(status) ? EXIT_FAILURE : WEXITSTATUS(status);
    free(left);
    return status;
}

int suite_run(const char *name, const struct suite_test *tests, size_t count)
{
    const char *fork_mode = getenv("CK_FORK");
    sigset_t signals, mask;
    pid_t parent = getpid(), runner;

    if (fork_mode && strcmp(fork_mode, "no") == 0)
        return run_tests(name, tests, count);

    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &mask);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fflush(NULL);
    runner = fork();
    if (runner < 0) {
        perror("fork");
        return EXIT_FAILURE;
    }
    if (runner > 0)
        return guard(runner, name, &signals, &mask);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    exit(run_tests(name, tests, count));
}

bool suite_is_long(void)
{
    return getenv("FORKLAB_LONG") != NULL;
}
