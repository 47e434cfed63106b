// SPDX-License-Identifier: MIT
// A program that makes too much of something: the argument says of what.
#include "demo.h"
#include "mp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

DEMO("summary=makes too much of something\0"
     "grain=memory\0");

enum {
    FORKS_MOST = 300, // where it stops if nothing else stops it
    FLOOD_BYTES = 30 * 1000 * 1000,
    LONG_LINE = 1000 * 1000,
};

static int *counter;

static int count_for_ever(void *arg)
{
    for (bool more = true; more; more = *counter >= 0) {
        *counter = 1;
    }
    return arg != NULL;
}

// Processes of mp, until there is no room for one more.
static int processes(void)
{
    int made = 0;
    int rc = 0;
    while (made < FORKS_MOST && rc == 0) {
        mp_process *child;
        rc = mp_process_create(&child, count_for_ever, NULL, NULL);
        rc = rc == 0 ? mp_process_start(child) : rc;
        made += rc == 0;
    }
    printf("started %d, then: %s\n", made, strerror(-rc));
    return pause();
}

// Bare forks, each of which forks again.
static int forks(void)
{
    for (int i = 0; i < FORKS_MOST / 2; i++) {
        if (fork() == 0) {
            if (fork() >= 0) {
                count_for_ever(NULL);
            }
            _exit(0);
        }
    }
    printf("forked\n");
    return count_for_ever(NULL);
}

static int flood(void)
{
    char line[1000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (size_t done = 0; done < FLOOD_BYTES; done += sizeof line) {
        fwrite(line, 1, sizeof line, stdout);
    }
    printf("flood over\n");
    return 0;
}

static int long_line(void)
{
    for (int i = 0; i < LONG_LINE; i++) {
        putchar('y');
    }
    printf("\nline over\n");
    return 0;
}

// What could clear, rename or crash a terminal, or a reader of lines.
static int escapes(void)
{
    static const char bytes[] = "\033[2J\033[H\033]0;title\007\033c\0\xff\xfe\x9b"
                                "31m\xc3\x28 \xe2\x80\xae right to left \r over\b\b\x7f";
    fwrite(bytes, 1, sizeof bytes - 1, stdout);
    printf("\nplain \033[31mred\033[0m words\n");
    fprintf(stderr, "\033[1merror\033[0m\n");
    mp_process *child;
    const struct mp_process_options options = {.name = "\033[5mblink\007"};
    *counter = 1;
    must(mp_process_create(&child, count_for_ever, NULL, &options));
    must(mp_process_start(child));
    must(mp_process_kill(child));
    must(mp_process_join(child, MP_FOREVER));
    mp_process_destroy(child);
    printf("escapes over");
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } ways[] = {{"processes", processes},
                {"forks", forks},
                {"flood", flood},
                {"line", long_line},
                {"escapes", escapes}};
    counter = must_have(MP_SHARED(int));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (argc > 1 && strcmp(argv[1], ways[i].name) == 0) {
            return ways[i].run();
        }
    }
    return 2;
}
