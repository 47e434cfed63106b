// SPDX-License-Identifier: MIT
/* Line mode: what is to be reached, and whether it was. */
#include "commands/challenge.h"
#include "commands/line.h"

#include <stdio.h>
#include <string.h>

enum { TRIES = 2 }; /* before it is said that it cannot be done */

/* The challenge of this run; NULL: none, or what runs now is another program. */
static const struct challenge *challenge_of(const struct line_mode *mode)
{
    const struct challenge *challenge = mode->options->challenge;
    const char *demo = mode->options->demo.name;
    if (challenge == NULL || strcspn(challenge->start, ":") != strlen(demo) ||
        strncmp(challenge->start, demo, strlen(demo)) != 0) {
        return NULL;
    }
    return challenge;
}

void line_say_goal(const struct line_mode *mode)
{
    const struct challenge *challenge = challenge_of(mode);
    char text[256];
    if (challenge != NULL) {
        snprintf(text, sizeof text, "Challenge %zu. %s %s", challenge_number(challenge),
                 challenge->goal, challenge->ways);
        line_say(text);
    }
}

void line_say_judgement(struct line_mode *mode)
{
    const struct challenge *challenge = challenge_of(mode);
    char text[128];
    if (challenge == NULL) {
        return;
    }
    enum challenge_end end =
        challenge_judge(challenge, mode->session.model, text, sizeof text);
    unsigned before = mode->options->misses;
    mode->options->misses += end == CHALLENGE_MISSED || end == CHALLENGE_CANNOT;
    if (end == CHALLENGE_CANNOT && before < TRIES) {
        snprintf(text, sizeof text, "Not yet. Is there another order?");
    }
    if (*text != '\0') {
        line_say(text);
    }
    /* Who has missed it once looks for it without help; from the second time on there is. */
    if (end == CHALLENGE_MISSED && before > 0) {
        line_say(challenge->hint);
    }
}

int line_challenge_status(const struct line_mode *mode, int status)
{
    const struct challenge *challenge = challenge_of(mode);
    char text[128];
    if (challenge == NULL) {
        return status;
    }
    return challenge_judge(challenge, mode->session.model, text, sizeof text) ==
           CHALLENGE_MISSED;
}
