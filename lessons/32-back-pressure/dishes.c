// SPDX-License-Identifier: MIT
/*
 * Shows:   one washes plates, the other dries them; between them a rack with few places.
 * Run:     build/demos/dishes      (--rack 1, --wash 10 --dry 2, --burst 10, --help)
 * Watch:   build/lab run dishes
 * Expect:  the whole takes as long as the slower one alone; the faster one waits for it.
 */
#include "demo.h"

#include <stdio.h>
#include <time.h>

DEMO("summary=a washer, a dryer, and a rack between them\0"
     "watch=--plates 8\0"
     "explore=--plates 3 --rack 1\0"
     "grain=calls\0"
     "lesson=32-back-pressure\0");

static int plates = 50;
static int wash_ms = 2;
static int dry_ms = 10;
static int rack_places = 4;
static int burst = 1;

struct report { /* one for the washer, one for the dryer: each writes only its own */
    int waited_ms;
    int plates;
    int most; /* on the rack, as the washer saw it */
};

struct job { /* private: each process has its own copy */
    mp_queue *rack;
    struct report *washer, *dryer; /* shared */
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int wash(void *arg)
{
    struct job *job = arg;
    double waited = 0;
    for (int plate = 0; plate < plates; plate++) {
        if (plate % burst == 0) {
            must(mp_sleep(wash_ms * burst)); /* the work, for as many as come at once */
        }
        double before = now_ms();
        must(mp_queue_put(job->rack, &plate, sizeof plate, MP_FOREVER));
        waited += now_ms() - before;
        int inside = (int)mp_queue_size(job->rack);
        if (inside > job->washer->most) {
            job->washer->most = inside;
        }
    }
    must(mp_queue_close(job->rack));
    job->washer->waited_ms = (int)waited;
    return 0;
}

static int dry(void *arg)
{
    struct job *job = arg;
    double waited = 0;
    for (int plate;;) {
        double before = now_ms();
        if (mp_queue_get(job->rack, &plate, sizeof plate, NULL, MP_FOREVER) != 0) {
            break;
        }
        waited += now_ms() - before;
        must(mp_sleep(dry_ms)); /* the work */
        job->dryer->plates += 1;
    }
    job->dryer->waited_ms = (int)waited;
    return 0;
}

static mp_process *start(mp_target fn, struct job *job, const char *name)
{
    mp_process *child;
    struct mp_process_options named = {.name = name};
    must(mp_process_create(&child, fn, job, &named));
    must(mp_process_start(child));
    return child;
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "One process washes plates, another dries them.",
        (const struct demo_option[]){
            {"plates", &plates, 1, 10000, "plates in all"},
            {"wash", &wash_ms, 0, 1000, "milliseconds to wash one"},
            {"dry", &dry_ms, 0, 1000, "milliseconds to dry one"},
            {"rack", &rack_places, 1, 10000, "places of the rack"},
            {"burst", &burst, 1, 100, "washed plates that come at once, after a pause"},
            {0}});
    struct job job = {.washer = must_have(MP_SHARED(struct report)),
                      .dryer = must_have(MP_SHARED(struct report))};
    mp_queue *rack;
    must(mp_queue_create(&rack, int, (size_t)rack_places));
    job.rack = rack;
    demo_title("%d plates, a rack for %d", plates, rack_places);
    printf("dishes: %d plates, washing takes %d ms, drying %d ms, the rack is for %d\n",
           plates, wash_ms, dry_ms, rack_places);

    double begin = now_ms();
    mp_process *washer = start(wash, &job, "washer");
    mp_process *dryer = start(dry, &job, "dryer");
    int failed = 0;
    must(mp_process_join(washer, MP_FOREVER));
    must(mp_process_join(dryer, MP_FOREVER));
    failed += demo_say_end(washer) + demo_say_end(dryer);
    printf("took %d ms; washer waited %d ms, dryer %d ms; at most %d on the rack\n",
           (int)(now_ms() - begin), job.washer->waited_ms, job.dryer->waited_ms,
           job.washer->most);
    int lost = plates - job.dryer->plates;
    return demo_result("plates", job.dryer->plates, plates, "lost", lost) != 0 ||
           failed > 0;
}
