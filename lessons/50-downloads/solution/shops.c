// SPDX-License-Identifier: MIT
/*
 * Shows:   five shops are asked for a price at the same time.
 * Run:     build/demos/shops
 * Watch:   build/lab run shops
 * Expect:  each price as soon as it is there; the one that failed is named, and is not
 *          the cheapest.
 *
 * Python:  futures = [executor.submit(ask, shop) for shop in shops]
 *          for f in as_completed(futures): f.result()
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=five shops are asked for a price\0"
     "grain=calls\0");

enum { SHOPS = 5, WORKERS = 5 };

struct shop {
    int number, price, answer_ms; /* price 0: closed */
};

static const struct shop shops[SHOPS] = {
    {1, 41, 250}, {2, 39, 50}, {3, 0, 100}, {4, 35, 150}, {5, 44, 10}};

/* A task. A price, or the code 1: there is no answer. Python would raise an exception. */
static int ask(const void *item, void *result)
{
    const struct shop *shop = item;
    int *price = result;
    must(mp_sleep(shop->answer_ms)); /* waiting for a shop that is far away */
    if (shop->price == 0) {
        mp_task_error("shop-%d is closed", shop->number);
        return 1;
    }
    *price = shop->price;
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Asks five shops for a price.",
                 (const struct demo_option[]){{0}});
    demo_title("%d shops", SHOPS);
    mp_executor *executor;
    must(mp_executor_create(&executor, WORKERS, NULL));
    int cheapest = 0, failed = 0;
    int price[SHOPS] = {0};

    mp_future *future[SHOPS];
    for (int i = 0; i < SHOPS; i++) {
        must(mp_executor_submit(executor, ask, &shops[i], int, &future[i]));
    }
    size_t i;
    while (mp_futures_next(future, SHOPS, &i, MP_FOREVER) == 0) {
        if (mp_future_result(future[i], &price[i], sizeof price[i]) != 0) {
            printf("shop-%d failed: %s\n", shops[i].number, mp_future_error(future[i]));
            failed++;
            continue;
        }
        printf("shop-%d: %d\n", shops[i].number, price[i]);
        if (price[cheapest] == 0 || price[i] < price[cheapest]) {
            cheapest = (int)i;
        }
    }
    for (int j = 0; j < SHOPS; j++) {
        must(mp_future_destroy(future[j]));
    }

    must(mp_executor_destroy(executor));
    printf("cheapest: shop-%d, %d\n", shops[cheapest].number, price[cheapest]);
    return demo_result("answers", SHOPS - failed, SHOPS, "failed", failed);
}
