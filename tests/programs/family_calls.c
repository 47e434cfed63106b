// SPDX-License-Identifier: MIT
// Small families of processes: run under control by tests/unit/test_process_controlled.c,
// after every step of which the lab's tables are compared.
//
//   parent      a grandchild tries whether its parent has ended, then waits for it
//   limit       a child waits for main so long, while main waits for the child
//   active      main counts its children as they end
//   daemons     a daemon that waits for good, one that ends, one that wants a child
//   exits       a child ends by exit() before its own child
//   renamed     a child gets another name before its start
//   stuck       a child waits for main, and main for the child
#include "mp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHILDREN = 3 };

static mp_event *never;
static int *reached;

// It must be so.
#define expect(so) ((so) ? (void)0 : unexpected(#so, __LINE__))

static void unexpected(const char *what, int line)
{
    printf("line %d: not so: %s\n", line, what);
    fflush(stdout);
    _exit(3);
}

static mp_process *start(mp_target fn, const struct mp_process_options *options)
{
    mp_process *child;
    expect(mp_process_create(&child, fn, NULL, options) == 0);
    expect(mp_process_start(child) == 0);
    return child;
}

static void end(mp_process *child)
{
    int code;
    expect(mp_process_join(child, MP_FOREVER) == 0);
    expect(mp_process_exitcode(child, &code) == 0 && code == 0);
    expect(mp_process_destroy(child) == 0);
}

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

// --- parents ----------------------------------------------------------------------------------

static int outlive(void *arg)
{
    (void)arg;
    expect(strcmp(mp_parent_name(), "middle") == 0);
    int rc = mp_parent_join(0);
    expect(rc == 0 || rc == -ETIMEDOUT);
    expect(mp_parent_join(MP_FOREVER) == 0);
    expect(mp_parent_is_alive() == 0);
    expect(mp_parent_join(0) == 0);
    return 0;
}

static int leave_another(void *arg)
{
    (void)arg;
    start(outlive, &(struct mp_process_options){.name = "last", .survive = 1});
    return 0;
}

static void parent(void)
{
    end(start(leave_another, &(struct mp_process_options){.name = "middle"}));
}

static int wait_so_long(void *arg)
{
    (void)arg;
    expect(mp_parent_join(50) == -ETIMEDOUT);
    expect(mp_parent_is_alive() == 1);
    return 0;
}

static void limit(void)
{
    end(start(wait_so_long, NULL));
}

static int wait_for_good(void *arg)
{
    (void)arg;
    mp_parent_join(MP_FOREVER);
    return 0;
}

static void stuck(void)
{
    end(start(wait_for_good, NULL));
}

// --- children ---------------------------------------------------------------------------------

static void active(void)
{
    mp_process *children[CHILDREN];
    mp_process *some[CHILDREN + 1] = {NULL};
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = start(nothing, NULL);
        int count = mp_active_children(some, CHILDREN + 1);
        expect(count >= 0 && count <= i + 1);
        expect(count == 0 || some[count - 1] != NULL);
        expect(some[CHILDREN] == NULL);
    }
    for (int i = 0; i < CHILDREN; i++) {
        end(children[i]);
        expect(mp_active_children(NULL, 0) < CHILDREN - i);
    }
}

static void renamed(void)
{
    mp_process *child;
    expect(mp_process_create(&child, nothing, NULL, NULL) == 0);
    expect(mp_process_set_name(child, "somebody else") == 0);
    expect(mp_process_start(child) == 0);
    expect(mp_process_set_name(child, "too late") == -EALREADY);
    end(child);
}

// --- ends -------------------------------------------------------------------------------------

static int wait_for_the_event(void *arg)
{
    (void)arg;
    mp_event_wait(never, MP_FOREVER);
    return 1;
}

static int start_another(void *arg)
{
    (void)arg;
    mp_process *child;
    expect(mp_process_create(&child, nothing, NULL, NULL) == 0);
    expect(mp_process_start(child) == -EPERM);
    expect(mp_process_destroy(child) == 0);
    return 0;
}

static void daemons(void)
{
    const struct mp_process_options daemon = {.daemon = 1};
    start(wait_for_the_event, &daemon);
    start(nothing, &daemon);
    start(start_another, &daemon);
    start(nothing, NULL); // for this one main waits at its end
}

static int count_up(void *arg)
{
    (void)arg;
    *reached += 1;
    return 0;
}

static int exit_early(void *arg)
{
    (void)arg;
    start(count_up, NULL);
    exit(0);
}

static void exits(void)
{
    end(start(exit_early, NULL));
    expect(*reached == 1);
}

static const struct {
    const char *name;
    void (*run)(void);
} programs[] = {
    {"parent", parent}, {"limit", limit}, {"active", active},   {"daemons", daemons},
    {"exits", exits},   {"stuck", stuck}, {"renamed", renamed},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    expect(mp_event_create(&never) == 0);
    reached = MP_SHARED(int);
    expect(reached != NULL);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(name, programs[i].name) == 0) {
            programs[i].run();
            printf("%s done\n", name);
            return EXIT_SUCCESS;
        }
    }
    fprintf(stderr, "family_calls: what? %s\n", name);
    return 2;
}
