// SPDX-License-Identifier: MIT
/*
 * Shows:   one large task, split into pieces for a pool.
 * Run:     build/demos/split
 * Watch:   build/lab run split
 * Expect:  two pieces: two of the four workers have nothing to do, and the second piece
 *          is the larger one. Make it 3.60 or more with 4 workers.
 *
 * Python:  pool.map(count_primes, pieces, chunksize=1)
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=one large task, split into pieces\0"
     "grain=calls\0");

enum { NUMBERS = 1000000, PIECES = 2, WORKERS = 4 };

struct piece { /* from begin up to, but without, end */
    int begin, end;
};

struct found {
    int numbers, primes;
    long divisions; /* a measure of work that is the same on each computer */
};

static int count_primes(const void *item, void *result)
{
    const struct piece *piece = item;
    struct found *found = result;
    for (int number = piece->begin; number < piece->end; number++) {
        int prime = number >= 2;
        for (int divisor = 2; prime && divisor <= number / divisor; divisor++) {
            prime = number % divisor != 0;
            found->divisions++;
        }
        found->numbers++;
        found->primes += prime;
    }
    return 0;
}

/* TODO: so few? */
static void make_pieces(struct piece *piece)
{
    piece[0] = (struct piece){.begin = 0, .end = NUMBERS / 2};
    piece[1] = (struct piece){.begin = NUMBERS / 2, .end = NUMBERS};
}

/* How many times as fast as one worker so many would be, if a division were all that takes
   time: whoever is free takes the next piece. */
static double speed_up(const struct found *found, int workers)
{
    long busy_until[WORKERS] = {0}, all = 0, end = 0;
    for (int i = 0; i < PIECES; i++) {
        int first = 0;
        for (int j = 1; j < workers; j++) {
            first = busy_until[j] < busy_until[first] ? j : first;
        }
        busy_until[first] += found[i].divisions;
        end = busy_until[first] > end ? busy_until[first] : end;
        all += found[i].divisions;
    }
    return (double)all / (double)end;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Counts primes in pieces.",
                 (const struct demo_option[]){{0}});
    demo_title("%d pieces, %d workers", PIECES, WORKERS);
    demo_expect("numbers", NUMBERS);
    struct piece piece[PIECES];
    struct found found[PIECES];
    make_pieces(piece);

    mp_pool *pool;
    struct mp_map_options one_at_a_time = {.chunk = 1};
    must(mp_pool_create(&pool, WORKERS, NULL));
    must(mp_pool_map(pool, count_primes, piece, PIECES, found, &one_at_a_time));
    must(mp_pool_close(pool));
    must(mp_pool_join(pool, MP_FOREVER));
    must(mp_pool_destroy(pool));

    int numbers = 0, primes = 0;
    for (int i = 0; i < PIECES; i++) {
        numbers += found[i].numbers;
        primes += found[i].primes;
    }
    double all_busy = speed_up(found, WORKERS);
    printf("%d pieces, %d primes\n", PIECES, primes);
    printf("speed-up with 2 workers %.2f, with 4 workers %.2f\n", speed_up(found, 2),
           all_busy);
    return demo_result("numbers", numbers, NUMBERS, "problems",
                       (numbers != NUMBERS || primes != 78498) + (all_busy < 3.6));
}
