// SPDX-License-Identifier: MIT
/* A recording into a file: all of it, or what was there before stays. */
#include "report/recording.h"
#include "report/save.h"

#include <errno.h>
#include <string.h>

struct job {
    const struct recording_head *head;
    const struct tape *tape;
    place_finder *find;
    void *context;
};

static int write_job(FILE *out, const void *context)
{
    const struct job *job = context;
    return recording_write(out, job->head, job->tape, job->find, job->context);
}

int recording_save(const char *path, const struct recording_head *head,
                   const struct tape *tape, place_finder *find, void *context, char *why,
                   size_t size)
{
    struct job job = {head, tape, find, context};
    int rc = save_file(path, write_job, &job);
    if (rc == -ENODATA) {
        snprintf(why, size, "%s: of this run there is nothing that can be recorded", path);
    } else if (rc != 0) {
        snprintf(why, size, "%s: cannot be written: %s", path, strerror(-rc));
    }
    return rc;
}
