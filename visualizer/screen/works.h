// SPDX-License-Identifier: MIT
/*
 * Which queue and which pool the panels show, and what they say in the same words.
 */
#ifndef SCREEN_WORKS_H
#define SCREEN_WORKS_H

#include "screen/canvas.h"
#include "screen/people.h"
#include "screen/screen.h"

/* The one that somebody used last, or wants to use; else the first. 0: there is none. */
unsigned works_queue(const struct view *view);
unsigned works_pool(const struct view *view);

/* The workers of a pool, also those that are gone while what they did is seen. */
void works_people(const struct view *view, unsigned pool, struct people *people);

/* "bytes: 239940 in 6.96 s, 34474 a second": how fast it goes, by the number that the program
   named for that; false: it named none, or no task has begun. */
bool works_has_rate(const struct view *view);
bool works_rate(const struct view *view, unsigned pool, char *text, size_t size);

/* "0.3 ms", "1.24 s" */
void works_time(double seconds, char *text, size_t size);

/* "producer, consumer-2": as many names as `most` columns hold, then how many more. */
void works_names(const struct view *view, const uint16_t *slots, size_t count, int most,
                 char *text, size_t size);

/* "7 put  =  3 taken  +  4 inside" */
void works_balance(const struct view *view, unsigned queue, char *text, size_t size);

/* "3 done   3 in work   4 waiting" */
void works_tasks(const struct view *view, unsigned pool, char *text, size_t size);

/* Given one by one: each has a future, and no place among results. */
bool works_has_futures(const struct view *view, unsigned pool);

#endif
