// SPDX-License-Identifier: MIT
/*
 * What the benchmarks share: rounds that take turns, medians, and rows of one table.
 *
 * A machine has quick and slow moments. So ours and the baseline are run in turn, round
 * by round, and what is reported is the median of the rounds and the median of the ratios
 * within them. A target that is missed is said so, and is no failure: a machine may be
 * busy, or another one than these targets were made on.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

/* One thing that is measured: called once a round, returns a number (ns, 1/s, ...). */
struct bench_side {
    double (*run)(void *context);
    void *context;
    double *rounds; /* out: what it returned, in the order of the rounds */
    double median;  /* out */
};

/* Runs all sides in turn, once to warm up, then `rounds` times. */
void bench_run(struct bench_side *sides, size_t count, int rounds);
void bench_done(struct bench_side *sides, size_t count); /* frees .rounds */

/* The median over the rounds of a / b. */
double bench_ratio(const struct bench_side *a, const struct bench_side *b, int rounds);

double bench_median(const double *values, size_t count);

/* Nanoseconds that this process has had of a processor: for loops that never sleep, so
   that other programs, which have a turn meanwhile, do not count. */
uint64_t bench_processor_ns(void);

/* Keeps the compiler from taking away what computes this. */
#define bench_keep(value) __asm__ volatile("" : : "r"(value) : "memory")

enum bench_target { BENCH_NO_TARGET, BENCH_AT_MOST, BENCH_AT_LEAST };

struct bench_row {
    const char *what;
    const char *unit; /* of ours and baseline */
    double ours;
    double baseline; /* below 0: none */
    double ratio;    /* ours to baseline */
    enum bench_target kind;
    double target;
    int target_is_ratio; /* else it is a target for ours */
};

void bench_heading(const char *title);
void bench_print(const struct bench_row *row);
/* A line of explanation below a row. */
void bench_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the benchmark with one line that says what could not be done. */
_Noreturn void bench_cannot(const char *what);

/* User and system time of a process, in seconds, from /proc; below 0: there is none. */
double bench_cpu_seconds(int pid);
/* Memory in use (VmRSS) in KiB; below 0: there is none. */
long bench_memory_kib(int pid);

/* Starts the lab with these arguments (argv[0] is "lab") on a terminal of 80x24. Returns the
   other end of the terminal; the caller closes it, and ends and reaps *pid. */
int bench_lab(const char *const argv[], int *pid);

/* A process of its own that watches this program's world as a lab does, at 20 pictures a
   second, while it is told to. Made before the first call of mp. */
struct bench_watcher;
struct bench_watcher *bench_watcher_new(void);
void bench_watcher_begin(struct bench_watcher *watcher); /* returns when it is attached */
void bench_watcher_end(struct bench_watcher *watcher);   /* returns when it has let go */
void bench_watcher_free(struct bench_watcher *watcher);

#endif
