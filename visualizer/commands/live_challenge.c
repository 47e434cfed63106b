// SPDX-License-Identifier: MIT
/* A run on the screen that is to come to something: what, and whether it did. */
#include "commands/challenge.h"
#include "commands/live.h"

#include <stdio.h>

void live_say_goal(struct live *live)
{
    char text[MESSAGE_SIZE];
    challenge_goal(live->options, text, sizeof text);
    if (*text != '\0') {
        live_say(live, text);
    }
}

/* Over is a run that has ended, or in which nobody can go; another future may go on. */
void live_look_who_won(struct live *live)
{
    char text[MESSAGE_SIZE];
    const struct session *session = &live->session;
    bool over = session->ended || session->stuck_told;
    if (over && !live->judged) {
        challenge_tell(live->options, session->model, text, sizeof text);
        if (*text != '\0') {
            live_say(live, text);
        }
    }
    live->judged = over;
}
