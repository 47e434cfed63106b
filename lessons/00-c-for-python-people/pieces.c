// SPDX-License-Identifier: MIT
/*
 * Shows:   the pieces of C that the demos are made of.
 * Build:   cc -o build/pieces lessons/00-c-for-python-people/pieces.c
 * Run:     build/pieces Ada
 */
#include <stdio.h>
#include <stdlib.h>

/* a function */
int add(int a, int b)
{
    return a + b;
}

/* a struct */
struct seat {
    int row;
    int taken;
};

/* static */
static int sold = 0;

/* pointers */
static void sell(struct seat *seat)
{
    seat->taken = 1;
    sold += 1;
}

/* good is 0, bad is below 0 */
static int check(const struct seat *seat)
{
    if (seat->row < 1) {
        return -1;
    }
    return 0;
}

static void must(int result)
{
    if (result < 0) {
        printf("that did not work\n");
        exit(1);
    }
}

/* anything, by place */
static int greet(void *arg)
{
    char *name = arg;
    printf("hello %s\n", name);
    return 0;
}

/* a function as an argument */
static int twice(int (*what)(void *), void *arg)
{
    what(arg);
    return what(arg);
}

int main(int argc, char **argv)
{
    int n = 3;
    printf("n is %d\n", n);

    for (int i = 0; i < n; i++) {
        printf("%d\n", add(i, 1));
    }

    struct seat seat = {.row = 7};
    sell(&seat);
    printf("row %d taken %d sold %d\n", seat.row, seat.taken, sold);

    int *where = &n;
    *where = 4;
    printf("n is %d\n", n);

    must(check(&seat));

    char *name = NULL;
    if (argc > 1) {
        name = argv[1];
    }
    if (name != NULL) {
        twice(greet, name);
    }
    return 0;
}
