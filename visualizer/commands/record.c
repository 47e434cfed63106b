// SPDX-License-Identifier: MIT
/* Recordings. See record.h. */
#include "commands/record.h"

#include "commands/again.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MOST = 10000 };

static bool find_place(void *session, uint32_t address, struct source_place *place)
{
    session_address(session, address, place);
    return place->line > 0;
}

static enum mp_grain first_grain(const struct tape *tape)
{
    struct mark mark = {.number = MP_GRAIN_MEMORY};
    if (tape_marks(tape) > 0) {
        tape_mark_at(tape, 0, &mark, NULL);
    }
    return (enum mp_grain)mark.number;
}

static void fill_head(struct recording_head *head, struct session *session,
                      const struct run_options *options, const char *code)
{
    char why[160];
    const struct demo_entry *entry = &session->entry;
    *head = (struct recording_head){.grain = first_grain(session->tape),
                                    .seed = options->seed,
                                    .ended = session->ended,
                                    .repeatable =
                                        session_can_repeat(session, why, sizeof why),
                                    .hooked = entry->hooked,
                                    .schedule = code};
    snprintf(head->program, sizeof head->program, "%.63s", options->demo.name);
    snprintf(head->path, sizeof head->path, "%.511s", options->demo.path);
    snprintf(head->title, sizeof head->title, "%s", session->title);
    snprintf(head->summary, sizeof head->summary, "%s", entry->summary);
    snprintf(head->twin, sizeof head->twin, "%s", entry->twin);
    snprintf(head->lesson, sizeof head->lesson, "%s", entry->lesson);
    snprintf(head->rate, sizeof head->rate, "%s", entry->rate);
    if (session->ended) {
        head->exit_status = session_exit_status(session);
    }
    for (int i = 1; options->argv[0] != NULL && options->argv[i] != NULL; i++) {
        recording_add_argument(head, options->argv[i]);
    }
}

/* The next name here that nobody has. */
static bool free_name(const struct run_options *options, char *path, size_t size)
{
    for (int i = 1; i < NAMES_MOST; i++) {
        snprintf(path, size, "%.60s-%d.rec", options->demo.name, i);
        if (access(path, F_OK) != 0) {
            return true;
        }
    }
    return false;
}

bool record_save(struct session *session, const struct run_options *options,
                 const char *path, char *text, size_t size)
{
    char name[96];
    char why[200];
    static struct recording_head head;
    if (tape_marks(session->tape) == 0 || !tape_is_whole(session->tape)) {
        snprintf(text, size,
                 "Of a free run nobody knows the order: there is nothing to keep.");
        return false;
    }
    if (path == NULL && !free_name(options, name, sizeof name)) {
        snprintf(text, size, "There is no free name for it here.");
        return false;
    }
    char *code = again_code(session, options, session->model->steps);
    fill_head(&head, session, options, code);
    int rc = recording_save(path != NULL ? path : name, &head, session->tape, find_place,
                            session, why, sizeof why);
    free(code);
    if (rc != 0) {
        snprintf(text, size, "%s", why);
        return false;
    }
    snprintf(text, size, "Written. To look at it again: %.60s replay %.120s", lab_name,
             path != NULL ? path : name);
    return true;
}

bool record_at_end(struct session *session, const struct run_options *options)
{
    char text[320];
    if (options->record == NULL || session->model == NULL) {
        return true;
    }
    bool good = record_save(session, options, options->record, text, sizeof text);
    if (!good) {
        lab_error(LAB_CANNOT, "%s", text);
    }
    return good;
}

int record_open(struct session *session, struct recording *recording, char *why,
                size_t size)
{
    struct tape *tape = recording->tape;
    const struct recording_head *head = &recording->head;
    recording->tape = NULL;
    int rc = session_recorded(session, tape, recording_place, recording);
    if (rc != 0) {
        snprintf(why, size, "cannot open it: %s", strerror(-rc));
        return rc;
    }
    struct demo_entry *entry = &session->entry;
    snprintf(session->title, sizeof session->title, "%s", head->title);
    snprintf(entry->summary, sizeof entry->summary, "%s", head->summary);
    snprintf(entry->lesson, sizeof entry->lesson, "%s", head->lesson);
    snprintf(entry->rate, sizeof entry->rate, "%s", head->rate);
    snprintf(entry->twin, sizeof entry->twin, "%s", head->twin);
    entry->hooked = head->hooked;
    session->program.status = head->exit_status;
    session->left = !head->ended;
    return 0;
}
