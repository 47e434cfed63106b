// SPDX-License-Identifier: MIT
/* Rounds, medians, rows: see bench.h. */
#include "bench.h"

#include "clock.h"
#include "session/kernel.h"
#include "session/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- rounds ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return x < y ? -1 : x > y;
}

double bench_median(const double *values, size_t count)
{
    double *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL || count == 0) {
        bench_cannot("no memory");
    }
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    free(sorted);
    return median;
}

void bench_run(struct bench_side *sides, size_t count, int rounds)
{
    for (size_t i = 0; i < count; i++) {
        sides[i].rounds = calloc((size_t)rounds, sizeof *sides[i].rounds);
        if (sides[i].rounds == NULL) {
            bench_cannot("no memory");
        }
        sides[i].run(sides[i].context);
    }
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            sides[i].rounds[round] = sides[i].run(sides[i].context);
        }
    }
    for (size_t i = 0; i < count; i++) {
        sides[i].median = bench_median(sides[i].rounds, (size_t)rounds);
    }
}

void bench_done(struct bench_side *sides, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(sides[i].rounds);
        sides[i].rounds = NULL;
    }
}

double bench_ratio(const struct bench_side *a, const struct bench_side *b, int rounds)
{
    double *ratios = malloc((size_t)rounds * sizeof *ratios);
    if (ratios == NULL) {
        bench_cannot("no memory");
    }
    for (int i = 0; i < rounds; i++) {
        ratios[i] = a->rounds[i] / b->rounds[i];
    }
    double ratio = bench_median(ratios, (size_t)rounds);
    free(ratios);
    return ratio;
}

uint64_t bench_processor_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/* --- the table ---------------------------------------------------------------------------- */

/* Three digits that matter, and no more zeros than needed. */
static const char *number(char text[32], double value, const char *unit)
{
    if (value >= 10000) {
        snprintf(text, 32, "%.1fk %s", value / 1000, unit);
    } else {
        snprintf(text, 32, "%.*f %s",
                 value >= 100  ? 0
                 : value >= 10 ? 1
                               : 2,
                 value, unit);
    }
    return text;
}

void bench_heading(const char *title)
{
    printf("%-42s %12s %12s %6s %13s\n", title, "ours", "baseline", "ratio", "target");
}

void bench_print(const struct bench_row *row)
{
    char ours[32];
    char baseline[32] = "";
    char ratio[32] = "";
    char target[64] = "";
    char limit[32];
    const char *verdict = "";
    if (row->baseline >= 0) {
        number(baseline, row->baseline, row->unit);
        snprintf(ratio, sizeof ratio, "%.2fx", row->ratio);
    }
    if (row->kind != BENCH_NO_TARGET) {
        bool most = row->kind == BENCH_AT_MOST;
        double measured = row->target_is_ratio ? row->ratio : row->ours;
        if (row->target_is_ratio) {
            snprintf(limit, sizeof limit, "%.3gx", row->target);
        } else {
            snprintf(limit, sizeof limit, "%.6g %s", row->target, row->unit);
        }
        snprintf(target, sizeof target, "%s %s", most ? "<=" : ">=", limit);
        verdict = (most ? measured <= row->target : measured >= row->target) ? "reached"
                                                                             : "MISSED";
    }
    printf("%-42s %12s %12s %6s %13s  %s\n", row->what,
           number(ours, row->ours, row->unit), baseline, ratio, target, verdict);
    fflush(stdout);
}

void bench_note(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("    ", stdout);
    vprintf(format, list);
    putchar('\n');
    va_end(list);
    fflush(stdout);
}

void bench_cannot(const char *what)
{
    fprintf(stderr, "benchmark: %s (%s)\n", what, strerror(errno));
    exit(1);
}

/* --- what the kernel says ----------------------------------------------------------------- */

double bench_cpu_seconds(int pid)
{
    struct kernel_process process;
    if (!kernel_process(pid, &process)) {
        return -1;
    }
    return (double)process.cpu_ticks / (double)sysconf(_SC_CLK_TCK);
}

long bench_memory_kib(int pid)
{
    char path[32];
    char line[128];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmRSS: %ld", &kib) == 1) {
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return kib;
}

/* --- the watcher -------------------------------------------------------------------------- */

enum { PICTURE_MS = 50 };

struct bench_watcher {
    pid_t pid;
    int orders;  /* a byte: attach, or let go */
    int answers; /* a byte: done; anything but 'y' is an error */
};

static char order(int fd, int timeout_ms)
{
    struct pollfd polls = {.fd = fd, .events = POLLIN};
    char byte = 0;
    if (poll(&polls, 1, timeout_ms) == 1 && read(fd, &byte, 1) != 1) {
        return 'q';
    }
    return byte;
}

static void watch_until_told(pid_t pid, int orders, int answers)
{
    static struct session session;
    char why[256];
    bool attached = session_attach(&session, pid, why, sizeof why) == 0;
    if (!attached) {
        fprintf(stderr, "benchmark: %s\n", why);
    }
    if (write(answers, attached ? "y" : "n", 1) != 1) {
        _exit(1);
    }
    while (attached && order(orders, PICTURE_MS) == 0) {
        session_pump(&session, mp_nanoseconds());
    }
    if (attached) {
        session_end(&session);
    }
    if (write(answers, "y", 1) != 1) {
        _exit(1);
    }
}

struct bench_watcher *bench_watcher_new(void)
{
    struct bench_watcher *watcher = calloc(1, sizeof *watcher);
    int orders[2];
    int answers[2];
    pid_t watched = getpid();
    if (watcher == NULL || pipe(orders) != 0 || pipe(answers) != 0) {
        bench_cannot("no pipe");
    }
    fflush(NULL);
    watcher->pid = fork();
    if (watcher->pid < 0) {
        bench_cannot("cannot fork");
    }
    if (watcher->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(orders[1]);
        close(answers[0]);
        while (order(orders[0], -1) == 'b') {
            watch_until_told(watched, orders[0], answers[1]);
        }
        _exit(0);
    }
    close(orders[0]);
    close(answers[1]);
    watcher->orders = orders[1];
    watcher->answers = answers[0];
    return watcher;
}

static void tell(struct bench_watcher *watcher, const char *what)
{
    char answer = 'n';
    if (write(watcher->orders, what, 1) != 1 || read(watcher->answers, &answer, 1) != 1 ||
        answer != 'y') {
        bench_cannot("the watching process cannot watch");
    }
}

void bench_watcher_begin(struct bench_watcher *watcher)
{
    tell(watcher, "b");
}

void bench_watcher_end(struct bench_watcher *watcher)
{
    tell(watcher, "e");
}

void bench_watcher_free(struct bench_watcher *watcher)
{
    close(watcher->orders);
    close(watcher->answers);
    waitpid(watcher->pid, NULL, 0);
    free(watcher);
}
