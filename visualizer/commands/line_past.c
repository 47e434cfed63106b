// SPDX-License-Identifier: MIT
/* Time in line mode: back and forward, looking for something, another future. */
#include "commands/line.h"
#include "commands/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 240 };

const struct model *line_model(const struct line_mode *mode)
{
    return past_model(&mode->past, &mode->session);
}

bool line_looks_back(const struct line_mode *mode)
{
    return mode->past.model != NULL;
}

/* --- where one looks ---------------------------------------------------------------------- */

/* What is told of a step; "" of none. */
static const char *told_of(const struct model *model, uint64_t step)
{
    for (size_t i = model->sentence_count; step > 0 && i-- > 0;) {
        if (model->sentences[i].step == step) {
            return model->sentences[i].text;
        }
    }
    return "";
}

/* "Step 2 of 4: increment-2 read 0 too. ..." */
static void say_where(struct line_mode *mode)
{
    char text[TEXT_SIZE];
    const struct model *model = line_model(mode);
    const char *told = told_of(model, model->steps);
    snprintf(text, sizeof text, "Step %llu of %llu%s %s", (unsigned long long)model->steps,
             (unsigned long long)mode->session.model->steps, *told != '\0' ? ":" : ".",
             *told != '\0'           ? told
             : model->steps == 0     ? "Nobody has made a step."
             : line_looks_back(mode) ? ""
                                     : "This is the present.");
    line_say(text);
    line_who(mode, "");
}

static bool look_at(struct line_mode *mode, uint64_t step)
{
    char why[TEXT_SIZE];
    struct session *session = &mode->session;
    if (!past_is_there(session, why, sizeof why)) {
        printf("%s\n", why);
        return false;
    }
    if (!session->ended && session->has_control && !line_stands(mode)) {
        steer_stop(&session->steer);
        printf("Stopped. Now back looks back.\n");
        return false;
    }
    uint64_t first = tape_first_step(session->tape) - 1;
    if (!past_go(&mode->past, session, step < first ? first : step)) {
        printf("There is no memory to look back.\n");
    }
    return true;
}

/* How many, of a word such as "back 3"; false, and said, where it is no number. */
static bool count_of(const char *word, const char *rest, uint64_t *count)
{
    char *end;
    errno = 0;
    *count = rest[0] == '\0' ? 1 : strtoull(rest, &end, 10);
    if (rest[0] != '\0' && (*end != '\0' || end == rest || errno != 0 || rest[0] == '-')) {
        printf("%s takes a number of steps, not \"%.20s\".\n", word, rest);
        return false;
    }
    return true;
}

void line_back(struct line_mode *mode, const char *rest)
{
    uint64_t count;
    uint64_t step = past_step(&mode->past, &mode->session);
    if (!count_of("back", rest, &count)) {
        return;
    }
    if (step + 1 <= tape_first_step(mode->session.tape) &&
        tape_marks(mode->session.tape)) {
        printf("This is the beginning.\n");
    } else if (look_at(mode, step > count ? step - count : 0)) {
        say_where(mode);
    }
}

void line_forward(struct line_mode *mode, const char *rest)
{
    uint64_t count;
    if (!count_of("forward", rest, &count)) {
        return;
    }
    if (!line_looks_back(mode)) {
        printf("%s\n", mode->session.ended
                           ? "This is the end."
                           : "This is the present: n makes one more step.");
        return;
    }
    uint64_t left = mode->session.model->steps - mode->past.step;
    if (look_at(mode, mode->past.step + (count < left ? count : left))) {
        say_where(mode);
    }
}

void line_goto(struct line_mode *mode, const char *rest)
{
    uint64_t step;
    rest += strncmp(rest, "to ", 3) == 0 ? 3 : 0;
    if (rest[0] == '\0') {
        printf("go to which step? For example: go to 7\n");
    } else if (count_of("go to", rest, &step) && look_at(mode, step)) {
        say_where(mode);
    }
}

void line_first(struct line_mode *mode, const char *rest)
{
    (void)rest;
    if (look_at(mode, 0)) {
        say_where(mode);
    }
}

void line_last(struct line_mode *mode, const char *rest)
{
    (void)rest;
    past_leave(&mode->past);
    say_where(mode);
}

void line_find(struct line_mode *mode, const char *rest)
{
    static const char *const names[FINDS] = {"write", "lock", "end", "lost"};
    uint64_t step;
    char why[TEXT_SIZE];
    int what = 0;
    while (what < FINDS && strcmp(rest, names[what]) != 0) {
        what++;
    }
    if (what == FINDS) {
        printf("find takes write, lock, end or lost, not \"%.20s\".\n", rest);
    } else if (!past_is_there(&mode->session, why, sizeof why)) {
        printf("%s\n", why);
    } else if (!past_find(&mode->session, past_step(&mode->past, &mode->session),
                          (enum past_find)what, &step)) {
        printf("No %s comes after this step. first goes to the beginning.\n",
               past_find_word((enum past_find)what));
    } else if (look_at(mode, step)) {
        say_where(mode);
    }
}

/* All that came, up to the present. */
void line_play(struct line_mode *mode)
{
    struct session *session = &mode->session;
    while (line_looks_back(mode) && past_go(&mode->past, session, mode->past.step + 1)) {
        const struct model *model = line_model(mode);
        uint64_t step = past_step(&mode->past, session);
        printf("%4llu  %s\n", (unsigned long long)step, told_of(model, step));
    }
    printf("This is the present.\n");
}

/* --- another future ----------------------------------------------------------------------- */

bool line_fork(struct line_mode *mode)
{
    char text[2 * TEXT_SIZE] = "";
    uint64_t step = mode->past.step;
    if (!line_looks_back(mode)) {
        return true;
    }
    bool same = past_fork(&mode->session, mode->options, step, text, sizeof text);
    past_leave(&mode->past);
    const struct model *model = mode->session.model;
    if (model == NULL) {
        line_say(text);
        mode->leave = true;
        return false;
    }
    mode->said = model->sentences_gone + model->sentence_count;
    mode->over = false;
    mode->predicts = false;
    mode->told = mode->session.replay.state;
    decisive_skip(&mode->decisive, model);
    if (!same) {
        line_say(text);
    } else {
        printf("Another future, from step %llu.\n", (unsigned long long)step);
    }
    return same;
}

/* --- and again another time --------------------------------------------------------------- */

void line_code(struct line_mode *mode, const char *rest)
{
    char why[TEXT_SIZE];
    struct session *session = &mode->session;
    uint64_t step = past_step(&mode->past, session);
    const struct recording *recording = mode->options->recording;
    char *code = again_code(session, mode->options, step);
    (void)rest;
    if (recording != NULL && recording->head.schedule[0] != '\0') {
        printf("%s\n", recording->head.schedule);
    } else if (code != NULL) {
        printf("%s\n", code);
    } else if (!session_can_repeat(session, why, sizeof why)) {
        printf("%s\n", why);
    }
    free(code);
}

void line_save(struct line_mode *mode, const char *rest)
{
    char text[2 * TEXT_SIZE];
    record_save(&mode->session, mode->options, rest[0] != '\0' ? rest : NULL, text,
                sizeof text);
    line_say(text);
}
