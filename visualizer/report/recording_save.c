// SPDX-License-Identifier: MIT
/* A recording into a file: all of it, or what was there before stays. */
#include "report/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where it is put together: beside the file, so that it can take its place in one go. What is
   there already, and is no file (a terminal, a pipe), is written to as it is. */
static bool choose_name(const char *path, char target[PATH_MAX],
                        char beside[PATH_MAX + 32])
{
    struct stat there;
    bool exists = stat(path, &there) == 0;
    char *real = exists ? realpath(path, NULL) : NULL; /* a link stays one */
    snprintf(target, PATH_MAX, "%s", real != NULL ? real : path);
    snprintf(beside, PATH_MAX + 32, "%s.%d.part", target, (int)getpid());
    free(real);
    return !exists || S_ISREG(there.st_mode);
}

static int write_to(const char *path, int flags, const struct recording_head *head,
                    const struct tape *tape, place_finder *find, void *context)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL) {
        int rc = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return rc;
    }
    int rc = recording_write(out, head, tape, find, context);
    if (fclose(out) != 0 && rc == 0) {
        rc = -errno;
    }
    return rc;
}

int recording_save(const char *path, const struct recording_head *head,
                   const struct tape *tape, place_finder *find, void *context, char *why,
                   size_t size)
{
    char target[PATH_MAX], beside[PATH_MAX + 32];
    int rc;
    if (!choose_name(path, target, beside)) {
        rc = write_to(path, 0, head, tape, find, context);
    } else {
        unlink(beside); /* of somebody with the same number, who was killed */
        rc = write_to(beside, O_CREAT | O_EXCL, head, tape, find, context);
        if (rc == 0 && rename(beside, target) != 0) {
            rc = -errno;
        }
        if (rc != 0 && rc != -EEXIST) {
            unlink(beside);
        }
    }
    if (rc == -ENODATA) {
        snprintf(why, size, "%s: of this run there is nothing that can be recorded", path);
    } else if (rc != 0) {
        snprintf(why, size, "%s: cannot be written: %s", path, strerror(-rc));
    }
    return rc;
}
