// SPDX-License-Identifier: MIT
/*
 * Shows:   what Ctrl-C does to a program of several processes, and how to end well.
 * Run:     build/demos/pages        (--handler, --clean, --clean --deaf, --help)
 * Watch:   build/lab run pages
 * Expect:  undisturbed, all pages are whole. With Ctrl-C: nothing is said; with --handler
 *          some pages are half done; with --clean none.
 */
#include "demo.h"

#include <signal.h>
#include <stdio.h>

DEMO("summary=workers print pages, and Ctrl-C comes\0"
     "watch=--pages 6\0"
     "explore=--pages 2 --workers 2\0"
     "grain=calls\0"
     "lesson=54-stopping-cleanly\0");

enum { WORKERS_MAX = 9, PAGES_MAX = 1000, GRACE_MS = 500, STOPPED = 130 };
enum { NOT_BEGUN, HALF, WHOLE };

static int workers = 3;
static int pages = 100;
static int ms = 50;
static int handler;
static int clean;
static int deaf;

static volatile sig_atomic_t stop; /* set by Ctrl-C */

struct job { /* private: each process has its own copy */
    mp_queue *todo;
    int *page; /* shared: how far each page is; only who took it writes */
    int number;
};

static void on_ctrl_c(int number)
{
    (void)number;
    stop = 1; /* and no more: main sees it soon */
}

static int print_pages(void *arg)
{
    struct job *job = arg;
    int page;
    if (deaf && job->number == 0) { /* as if it hung */
        signal(SIGTERM, SIG_IGN);
        for (;;) {
            must(mp_sleep(GRACE_MS));
        }
    }
    while (mp_queue_get(job->todo, &page, sizeof page, NULL, MP_FOREVER) == 0) {
        job->page[page] = HALF;
        must(mp_sleep(ms)); /* the printer is slow */
        job->page[page] = WHOLE;
    }
    return 0;
}

/* Nobody begins a page any more: who has one finishes it. */
static void take_pages_back(mp_queue *todo)
{
    int page, back = 0;
    while (mp_queue_try_get(todo, &page, sizeof page, NULL) == 0) {
        back++;
    }
    printf("Ctrl-C: main took %d pages back\n", back);
}

/* In the end it is gone: by itself, or because it was told, or because it was killed. */
static void end(mp_process *child)
{
    if (mp_process_join(child, GRACE_MS) != 0) {
        printf("%s does not end: main stops it\n", mp_process_name(child));
        must(mp_process_stop(child, GRACE_MS));
    }
    demo_say_end(child);
}

static int say_what_is_done(const int *page)
{
    int half = 0, whole = 0;
    for (int i = 0; i < pages; i++) {
        half += page[i] == HALF;
        whole += page[i] == WHOLE;
    }
    return demo_result("whole", whole, pages, "half", half);
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Workers print pages, until Ctrl-C.",
                 (const struct demo_option[]){
                     {"workers", &workers, 1, WORKERS_MAX, "processes that print"},
                     {"pages", &pages, 1, PAGES_MAX, "pages in all"},
                     {"ms", &ms, 0, 10000, "milliseconds for a page"},
                     {"handler", &handler, 0, 0, "main is told of Ctrl-C"},
                     {"clean", &clean, 0, 0, "only main is, and ends the others well"},
                     {"deaf", &deaf, 0, 0, "one of the workers hangs"},
                     {0}});
    struct job job = {.page = must_have(MP_SHARED_ARRAY(int, pages))};
    must(mp_queue_create(&job.todo, int, (size_t)pages));
    demo_title("%d workers, %d pages", workers, pages);
    printf("pages: %d workers print %d pages\n", workers, pages);
    fflush(stdout);

    if (clean) {
        signal(SIGINT, SIG_IGN); /* children inherit that, but not a handler */
    }
    mp_process *child[WORKERS_MAX];
    for (int i = 0; i < workers; i++) {
        struct mp_process_options named = {.name = demo_name("worker", i + 1)};
        job.number = i;
        must(mp_process_create(&child[i], print_pages, &job, &named));
        must(mp_process_start(child[i]));
    }
    if (clean || handler) {
        sigaction(SIGINT, &(struct sigaction){.sa_handler = on_ctrl_c}, NULL);
        mp_set_stop_flag(&stop);
    }
    for (int i = 0; i < pages; i++) {
        must(mp_queue_try_put(job.todo, &i, sizeof i)); /* there is room for all */
    }
    must(mp_queue_close(job.todo));

    int rc = 0;
    for (int i = 0; i < workers && rc == 0; i++) {
        rc = mp_process_join(child[i], MP_FOREVER); /* -EINTR: stop is set */
    }
    if (stop) {
        mp_set_stop_flag(NULL); /* heard: from here on calls wait again */
        take_pages_back(job.todo);
    }
    for (int i = 0; i < workers; i++) {
        end(child[i]);
    }
    int result = say_what_is_done(job.page);
    return rc != 0 ? STOPPED : result;
}
