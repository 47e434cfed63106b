// SPDX-License-Identifier: MIT
/*
 * Shows:   a picture, computed row by row.
 * Run:     build/demos/picture         (--effort 100000, --help)
 * Watch:   build/lab run picture
 * Expect:  whichever worker is free computes the next row; each row comes to its place.
 *
 * Python:  with Pool(processes=4) as pool:
 *              picture = pool.map(draw_row, rows)
 */
#include "demo.h"

#include <stdio.h>
#include <string.h>

DEMO("summary=a picture, computed row by row\0"
     "watch=--effort 100\0"
     "grain=calls\0");

enum { ROWS = 21, COLUMNS = 64, WORKERS = 4, ONE = 4096 };

static int effort = 5000;

struct drawn { /* the result of a task */
    char text[COLUMNS + 1];
    int by_worker;
};

/* How many steps it takes until the point x, y has gone far away, at most `effort`. Whole
   numbers: ONE stands for 1. */
static int steps(long x, long y)
{
    long a = 0, b = 0;
    int count = 0;
    while (count < effort && (a * a + b * b) / ONE < 4 * ONE) {
        long next = (a * a - b * b) / ONE + x;
        b = 2 * a * b / ONE + y;
        a = next;
        count++;
    }
    return count;
}

/* A task: computes one row. Python: def draw_row(row) */
static int draw_row(const void *item, void *result)
{
    const int *row = item;
    struct drawn *drawn = result;
    for (int i = 0; i < COLUMNS; i++) {
        int count = steps((long)i * ONE * 3 / COLUMNS - 2 * ONE,
                          (long)(*row - ROWS / 2) * ONE * 2 / (ROWS - 1));
        drawn->text[i] = count == effort ? '#' : count > 8 ? '+' : count > 4 ? '.' : ' ';
    }
    drawn->by_worker = strcmp(mp_current_name(), "main") != 0;
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "Computes a picture, row by row.",
        (const struct demo_option[]){
            {"effort", &effort, 10, 1000000, "steps for each point at most"}, {0}});
    demo_title("%d rows", ROWS);
    int row[ROWS];
    struct drawn picture[ROWS];
    for (int i = 0; i < ROWS; i++) {
        row[i] = i;
    }

    mp_pool *pool;
    must(mp_pool_create(&pool, WORKERS, NULL));
    int failed = mp_pool_map(pool, draw_row, row, ROWS, picture, NULL);
    if (failed != 0) {
        fprintf(stderr, "picture: a row failed: %s\n", mp_pool_error(pool));
        return 1;
    }
    must(mp_pool_close(pool));
    must(mp_pool_join(pool, MP_FOREVER));
    must(mp_pool_destroy(pool));

    int by_workers = 0;
    for (int i = 0; i < ROWS; i++) {
        printf("%s\n", picture[i].text);
        by_workers += picture[i].by_worker;
    }
    return demo_result("rows by workers", by_workers, ROWS, "by main", ROWS - by_workers);
}
