// SPDX-License-Identifier: MIT
/*
 * The lab itself, on a terminal of 80x24, showing a race that runs free: what it takes of a
 * processor and of memory, how many pictures a second it shows, and what it does when
 * nobody reads them. BENCH_LONG=1 watches for a minute instead of ten seconds.
 */
#include "bench.h"

#include "clock.h"
#include "session/kernel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    WARM_UP_MS = 2000,
    SHORT_MS = 10000,
    LONG_MS = 60000,
    UNREAD_MS = 5000, /* the time in which nobody reads */
    GAP_MS = 10,      /* bytes that come so close together are one picture */
    END_MS = 3000,
};

struct lab {
    pid_t pid;
    int pty;
};

/* What has been read. */
struct seen {
    uint64_t bytes;
    uint64_t pictures;
    uint64_t largest; /* bytes of one picture */
    uint64_t last;    /* when the last bytes came */
    uint64_t current; /* bytes of the picture that is coming */
};

static void start(struct lab *lab)
{
    static const char *const argv[] = {"lab",          "run",        "lock_race",
                                       "--speed",      "free",       "--",
                                       "--increments", "1000000000", NULL};
    lab->pty = bench_lab(argv, &lab->pid);
}

static void take_picture(struct seen *seen)
{
    seen->pictures += seen->current > 0;
    seen->largest = seen->current > seen->largest ? seen->current : seen->largest;
    seen->current = 0;
}

/* Reads what the lab shows, for so long. */
static void look(struct lab *lab, int ms, struct seen *seen)
{
    char bytes[4096];
    uint64_t end = mp_nanoseconds() + (uint64_t)ms * MS;
    *seen = (struct seen){.last = mp_nanoseconds()};
    for (uint64_t now = seen->last; now < end; now = mp_nanoseconds()) {
        struct pollfd output = {.fd = lab->pty, .events = POLLIN};
        if (poll(&output, 1, GAP_MS) <= 0) {
            take_picture(seen);
            continue;
        }
        ssize_t size = read(lab->pty, bytes, sizeof bytes);
        if (size <= 0) {
            bench_cannot("the lab has ended");
        }
        now = mp_nanoseconds();
        if (now - seen->last > GAP_MS * MS) {
            take_picture(seen);
        }
        seen->last = now;
        seen->bytes += (uint64_t)size;
        seen->current += (uint64_t)size;
    }
    take_picture(seen);
}

static void end(struct lab *lab)
{
    char bytes[4096];
    uint64_t limit = mp_nanoseconds() + END_MS * MS;
    bool asked = write(lab->pty, "q", 1) == 1;
    while (waitpid(lab->pid, NULL, WNOHANG) == 0) {
        struct pollfd output = {.fd = lab->pty, .events = POLLIN};
        if (poll(&output, 1, GAP_MS) == 1 && read(lab->pty, bytes, sizeof bytes) < 0) {
            usleep(GAP_MS * 1000);
        }
        if (!asked || mp_nanoseconds() > limit) {
            kill(lab->pid, SIGKILL);
        }
    }
    close(lab->pty);
}

static void watch(struct lab *lab, int ms)
{
    struct seen seen;
    double cpu = bench_cpu_seconds(lab->pid);
    long memory = bench_memory_kib(lab->pid);
    uint64_t begin = mp_nanoseconds();
    look(lab, ms, &seen);
    double seconds = (double)(mp_nanoseconds() - begin) / 1e9;
    cpu = bench_cpu_seconds(lab->pid) - cpu;
    bench_print(&(struct bench_row){.what = "processor time of the lab",
                                    .unit = "%",
                                    .ours = 100 * cpu / seconds,
                                    .baseline = -1,
                                    .kind = BENCH_AT_MOST,
                                    .target = 10});
    bench_print(&(struct bench_row){.what = "pictures a second",
                                    .unit = "/s",
                                    .ours = (double)seen.pictures / seconds,
                                    .baseline = -1,
                                    .kind = BENCH_AT_LEAST,
                                    .target = 18});
    bench_note("%.0f bytes a second, the largest picture %llu bytes",
               (double)seen.bytes / seconds, (unsigned long long)seen.largest);
    bench_print(
        &(struct bench_row){.what = "memory, at the end more than before",
                            .unit = "MiB",
                            .ours = (double)(bench_memory_kib(lab->pid) - memory) / 1024,
                            .baseline = -1,
                            .kind = BENCH_AT_MOST,
                            .target = 64});
    bench_note("%ld MiB before, %.0f seconds later %ld MiB", memory / 1024, seconds,
               bench_memory_kib(lab->pid) / 1024);
}

/* Switches to somebody else: a loop that goes on sleeps again and again, one that is
   blocked in its write only once. */
static uint64_t switches(const struct lab *lab)
{
    struct kernel_view view;
    kernel_view(lab->pid, &view);
    return view.switches;
}

static void watch_unread(struct lab *lab, uint64_t largest)
{
    struct seen seen;
    uint64_t before = switches(lab);
    poll(NULL, 0, UNREAD_MS);
    double turns = (double)(switches(lab) - before) / (UNREAD_MS / 1000.0);
    look(lab, 2 * GAP_MS, &seen);
    bench_print(&(struct bench_row){.what = "nobody reads: turns of its loop",
                                    .unit = "/s",
                                    .ours = turns,
                                    .baseline = -1,
                                    .kind = BENCH_AT_LEAST,
                                    .target = 10});
    bench_print(&(struct bench_row){.what = "nobody reads: whole pictures that wait",
                                    .unit = "",
                                    .ours = (double)seen.bytes / (double)largest,
                                    .baseline = -1,
                                    .kind = BENCH_AT_MOST,
                                    .target = 2});
    bench_note("%llu bytes after %d seconds; a whole picture has %llu bytes",
               (unsigned long long)seen.bytes, UNREAD_MS / 1000,
               (unsigned long long)largest);
    look(lab, 1000, &seen);
    bench_print(&(struct bench_row){.what = "read again: pictures a second",
                                    .unit = "/s",
                                    .ours = (double)seen.pictures,
                                    .baseline = -1,
                                    .kind = BENCH_AT_LEAST,
                                    .target = 15});
}

int main(void)
{
    struct lab lab;
    struct seen first;
    const char *long_one = getenv("BENCH_LONG");
    bool is_long = long_one != NULL && strcmp(long_one, "1") == 0;
    start(&lab);
    look(&lab, WARM_UP_MS, &first);
    bench_heading("the lab, watching a race that runs free");
    watch(&lab, is_long ? LONG_MS : SHORT_MS);
    watch_unread(&lab, first.largest);
    end(&lab);
    return EXIT_SUCCESS;
}
