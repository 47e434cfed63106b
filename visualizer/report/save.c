// SPDX-License-Identifier: MIT
/* A file as a whole. See save.h. */
#include "report/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BESIDE = 32 /* bytes of a name that are added */ };

static int write_to(const char *path, int flags, save_writer *write, const void *context)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (fd < 0) {
        return -errno;
    }
    FILE *out = fdopen(fd, "w");
    if (out == NULL) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    int rc = write(out, context);
    if (fclose(out) != 0 && rc == 0) {
        rc = -errno;
    }
    return rc;
}

int save_file(const char *path, save_writer *write, const void *context)
{
    char target[PATH_MAX];
    char beside[PATH_MAX + BESIDE];
    struct stat there;
    bool exists = stat(path, &there) == 0;
    if (exists && !S_ISREG(there.st_mode)) {
        return write_to(path, 0, write, context);
    }
    char *real = exists ? realpath(path, NULL) : NULL; /* a link stays one */
    int length = snprintf(target, sizeof target, "%s", real != NULL ? real : path);
    free(real);
    if (length >= (int)sizeof target) {
        return -ENAMETOOLONG;
    }
    snprintf(beside, sizeof beside, "%s.%d.part", target, (int)getpid());
    unlink(beside); /* of somebody with the same number, who was killed */
    int rc = write_to(beside, O_CREAT | O_EXCL, write, context);
    if (rc == -EEXIST) {
        return rc; /* somebody else's */
    }
    if (rc == 0 && rename(beside, target) != 0) {
        rc = -errno;
    }
    if (rc != 0) {
        unlink(beside);
    }
    return rc;
}
