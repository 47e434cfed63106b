// SPDX-License-Identifier: MIT
/*
 * What a queue carries from one process to another: against a pipe, and against CPython's
 * Queue where there is a python3. With all events, as any program has them.
 */
#include "bench.h"

#include "clock.h"
#include "mp.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 9, LARGE = 64 * 1024, PIPE_BUFFER = 1 << 20 };

struct load {
    mp_queue *queue;
    size_t item_size;
    int items;
    int python_items;
    char *buffer;
};

static int put_all(void *arg)
{
    struct load *load = arg;
    for (int i = 0; i < load->items; i++) {
        memcpy(load->buffer, &i, sizeof i);
        if (mp_queue_put(load->queue, load->buffer, load->item_size, MP_FOREVER) != 0) {
            return 1;
        }
    }
    return 0;
}

static double per_second(uint64_t begin, int items)
{
    return 1e9 * items / (double)(mp_nanoseconds() - begin);
}

/* From the first item on: starting a process is measured elsewhere. */
static double ours(void *context)
{
    struct load *load = context;
    mp_process *producer;
    uint64_t begin = 0;
    if (mp_process_create(&producer, put_all, load, NULL) != 0 ||
        mp_process_start(producer) != 0) {
        bench_cannot("cannot start a process");
    }
    for (int i = 0; i < load->items; i++) {
        int number;
        if (mp_queue_get(load->queue, load->buffer, load->item_size, NULL, MP_FOREVER) !=
            0) {
            bench_cannot("the queue gave nothing");
        }
        memcpy(&number, load->buffer, sizeof number);
        if (number != i) {
            bench_cannot("the queue gave the wrong item");
        }
        begin = i == 0 ? mp_nanoseconds() : begin;
    }
    double rate = per_second(begin, load->items - 1);
    mp_process_join(producer, MP_FOREVER);
    mp_process_destroy(producer);
    return rate;
}

static bool move_all(int fd, char *bytes, size_t size, bool in)
{
    while (size > 0) {
        ssize_t moved = in ? read(fd, bytes, size) : write(fd, bytes, size);
        if (moved <= 0) {
            return false;
        }
        bytes += moved;
        size -= (size_t)moved;
    }
    return true;
}

static double by_pipe(void *context)
{
    struct load *load = context;
    int fds[2];
    uint64_t begin = 0;
    if (pipe(fds) != 0) {
        bench_cannot("cannot make a pipe");
    }
    if (load->item_size == LARGE) {
        fcntl(fds[1], F_SETPIPE_SZ, PIPE_BUFFER);
    }
    pid_t writer = fork();
    if (writer == 0) {
        bool good = true;
        for (int i = 0; i < load->items && good; i++) {
            good = move_all(fds[1], load->buffer, load->item_size, false);
        }
        _exit(good ? 0 : 1);
    }
    close(fds[1]);
    for (int i = 0; i < load->items; i++) {
        if (writer < 0 || !move_all(fds[0], load->buffer, load->item_size, true)) {
            bench_cannot("the pipe gave nothing");
        }
        begin = i == 0 ? mp_nanoseconds() : begin;
    }
    double rate = per_second(begin, load->items - 1);
    close(fds[0]);
    waitpid(writer, NULL, 0);
    return rate;
}

static const char program[] = "import multiprocessing as m, time, sys\n"
                              "n, size = int(sys.argv[1]), int(sys.argv[2])\n"
                              "item = 7 if size == 8 else bytes(size)\n"
                              "def put(q):\n"
                              "    for i in range(n): q.put(item)\n"
                              "m.set_start_method('fork')\n"
                              "q = m.Queue(1024 if size == 8 else 16)\n"
                              "p = m.Process(target=put, args=(q,))\n"
                              "p.start()\n"
                              "q.get()\n"
                              "begin = time.perf_counter()\n"
                              "for i in range(n - 1): q.get()\n"
                              "print((n - 1) / (time.perf_counter() - begin))\n"
                              "p.join()\n";

/* Items a second; 0: there is no python3 here. */
static double by_python(void *context)
{
    const struct load *load = context;
    char command[sizeof program + 80];
    double rate = 0;
    snprintf(command, sizeof command, "python3 -c \"%s\" %d %zu 2>/dev/null", program,
             load->python_items, load->item_size);
    FILE *python = popen(command, "r");
    if (python != NULL) {
        if (fscanf(python, "%lf", &rate) != 1) {
            rate = 0;
        }
        pclose(python);
    }
    return rate;
}

static void measure(struct load *load, const char *what, const char *unit, double scale,
                    double pipe_target, double python_target)
{
    char against[64];
    struct bench_side sides[] = {{.run = by_pipe, .context = load},
                                 {.run = ours, .context = load},
                                 {.run = by_python, .context = load}};
    bool python = system("command -v python3 >/dev/null 2>&1") == 0;
    bench_run(sides, python ? 3 : 2, ROUNDS);
    for (int i = 0; i < (python ? 2 : 1); i++) {
        const struct bench_side *other = &sides[i == 0 ? 0 : 2];
        snprintf(against, sizeof against, "%s, %s", what, i == 0 ? "pipe" : "CPython");
        bench_print(&(struct bench_row){.what = against,
                                        .unit = unit,
                                        .ours = sides[1].median * scale,
                                        .baseline = other->median * scale,
                                        .ratio = bench_ratio(&sides[1], other, ROUNDS),
                                        .kind = BENCH_AT_LEAST,
                                        .target = i == 0 ? pipe_target : python_target,
                                        .target_is_ratio = 1});
    }
    bench_done(sides, python ? 3 : 2);
}

int main(void)
{
    struct load small = {.item_size = 8, .items = 400000, .python_items = 20000};
    struct load large = {.item_size = LARGE, .items = 20000, .python_items = 1000};
    small.buffer = calloc(1, LARGE);
    large.buffer = calloc(1, LARGE);
    if (small.buffer == NULL || large.buffer == NULL ||
        mp_queue_create_named(&small.queue, 8, 1024, "small", "long") != 0 ||
        mp_queue_create_named(&large.queue, LARGE, 16, "large", "char[65536]") != 0) {
        bench_cannot("no memory");
    }
    bench_heading("queue, one producer, one consumer, events included");
    measure(&small, "8 bytes", "M/s", 1e-6, 2.5, 25);
    measure(&large, "64 KiB", "GB/s", LARGE * 1e-9, 2.4, 20);
    bench_note("baselines: a pipe (for 64 KiB with a buffer of 1 MiB); CPython's Queue");
    mp_queue_destroy(small.queue);
    mp_queue_destroy(large.queue);
    free(small.buffer);
    free(large.buffer);
    return EXIT_SUCCESS;
}
