// SPDX-License-Identifier: MIT
// Makes a test program of a list of tests. A test program is START_TEST ... END_TEST for
// each test, then
//
//     int main(void)
//     {
//         const struct suite_test tests[] = {
//             {.test = lock_excludes},
//             {.test = holder_dies, .timeout = 5},
//             {.test = each_size, .from = 0, .to = 4},    // _i is 0, 1, 2, 3
//         };
//
//         return suite_run("lock", tests, sizeof tests / sizeof *tests);
//     }
//
// Each test runs in a process of its own, within the leak fixture (leaks.h) and a time
// limit. When it hangs it is killed, and so is everything that it started, whatever
// sessions and groups that has made for itself; and so it is when the test program itself
// is interrupted or killed.
//
// Environment: TEST_TIMEOUT_FACTOR stretches all limits; FORKLAB_LONG=1 asks for the long
// form; CK_RUN_CASE=NAME runs the one test of this name; CK_VERBOSITY=verbose names each
// test; CK_FORK=no runs all in this one process, without limits, for a debugger.
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

struct suite_test {
    const TTest *test;
    double timeout;         // seconds, 0: SUITE_TIMEOUT
    int from, to;           // run with _i from `from` to `to` - 1; both 0: once
    void (*setup)(void);    // run within the leak fixture, in the test's process; or NULL
    void (*teardown)(void); // not run when the test has failed, as always in Check
};

enum { SUITE_TIMEOUT = 60 };

// Whether this is `make test-long`: what is repeated or lasts, does so in full.
bool suite_is_long(void);

// Runs the tests, prints Check's summary ("100%: Checks: 3, Failures: 0, Errors: 0") and
// what failed. Returns the exit status for main: 0 when all passed, 1 otherwise.
int suite_run(const char *name, const struct suite_test *tests, size_t count);
