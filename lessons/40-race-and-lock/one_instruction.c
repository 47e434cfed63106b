// SPDX-License-Identifier: MIT
/*
 * Shows:   adding with one machine instruction loses updates too, when there are two CPUs.
 * Build:   cc -O2 -o build/one_instruction lessons/40-race-and-lock/one_instruction.c
 * Run:     build/one_instruction
 * Expect:  with two CPUs or more, the first line is below 200000000. On one CPU (x86)
 *          nothing is lost.
 *
 * There is nothing of the lab in here, and no library: only Linux.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 2, INCREMENTS = 100000000 };

static void increment(int *counter)
{
    for (int i = 0; i < INCREMENTS; i++) {
        *counter += 1;                     /* -O2 makes one instruction of it on x86 */
        __asm__ volatile("" ::: "memory"); /* "compiler, do not put it off" */
    }
}

static void run(const char *where, int *counter)
{
    *counter = 0;
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) { /* the child begins here */
            increment(counter);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
        /* until no child is left */
    }
    int expected = PROCESSES * INCREMENTS;
    printf("%s: counter %d, expected %d, lost %d\n", where, *counter, expected,
           expected - *counter);
}

int main(void)
{
    int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* each line goes out at once, not at a later fork */
    run("all CPUs", counter);

    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one); /* stay on the CPU where we are */
    sched_setaffinity(0, sizeof one, &one);
    run("one CPU ", counter);
    return 0;
}
