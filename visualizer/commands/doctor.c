// SPDX-License-Identifier: MIT
/* lab doctor: what this machine can and cannot show, and how to mend it. Each line tries the
   thing itself. */
#include "commands/commands.h"

#include "world.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

static int missing;

static void say(const char *what, bool good, const char *remark)
{
    printf("%-38s %s%s%s\n", what, good ? "good" : "missing",
           remark[0] == '\0' ? ""
           : good            ? ", "
                             : ": ",
           remark);
    missing += !good;
}

static void look_at_kernel(void)
{
    struct utsname name;
    uname(&name);
    int major = 0;
    int minor = 0;
    sscanf(name.release, "%d.%d", &major, &minor);
    cpu_set_t set;
    int processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    char what[160];
    snprintf(what, sizeof what, "kernel %d.%d, %s, %d CPU%s", major, minor,
             strcmp(name.machine, "x86_64") == 0 ? "x86-64" : name.machine, processors,
             processors == 1 ? "" : "s");
    bool new_enough = major > 5 || (major == 5 && minor >= 10);
    say(what, new_enough, new_enough ? "" : "the lab needs Linux 5.10 or later");
    if (processors == 1) {
        printf(
            "  1 CPU: free runs lose updates less often; slow motion and choosing are the "
            "same\n");
    }
    if (strstr(name.release, "Microsoft") != NULL) { /* WSL2 says microsoft */
        printf("  WSL1 cannot run the lab: wsl --set-version DISTRO 2\n");
        missing++;
    }
}

static void look_at_terminal(void)
{
    const char *term = getenv("TERM");
    struct winsize size = {0};
    bool tty = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    setlocale(LC_ALL, "");
    const char *letters = nl_langinfo(CODESET);
    char what[80];
    if (!tty) {
        say("terminal: none here", true, "the lab speaks as text");
        return;
    }
    if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0) {
        say("terminal: dumb", true, "the lab speaks as text");
        return;
    }
    snprintf(what, sizeof what, "terminal %.20s %dx%d, %.12s", term, size.ws_col,
             size.ws_row, letters);
    bool roomy = size.ws_col >= 80 && size.ws_row >= 23;
    say(what, true, roomy ? "" : "80x24 shows more");
}

static void look_at_hooks(void)
{
    static struct demo demos[DEMOS_MAX];
    size_t count = demos_list(demos, DEMOS_MAX);
    size_t hooked = 0;
    for (size_t i = 0; i < count; i++) {
        hooked += demos[i].entry.hooked;
    }
    say("reads and writes of plain C", hooked > 0,
        hooked > 0 ? "" : "no demo is built with hooks; type make");
}

static void look_at_lines(void)
{
#if HAVE_LIBDW
    say("line numbers (libdw)", true, "");
#else
    say("line numbers (libdw)", false, "apt install libdw-dev, then make");
#endif
}

static bool can_read_world_of_others(void)
{
    int fd;
    struct mp_world *world;
    if (mp_world_create(&fd, &world) != 0) {
        return false;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    int again = open(path, O_RDWR | O_CLOEXEC);
    bool good = again >= 0 && !mp_world_is_controlled(fd);
    if (again >= 0) {
        close(again);
    }
    close(fd);
    munmap(world, MP_WORLD_RESERVED);
    return good;
}

static void look_at_system(void)
{
    int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    say("waiting for processes (pidfd)", pidfd >= 0,
        pidfd >= 0 ? "" : "Linux 5.10 or later");
    if (pidfd >= 0) {
        close(pidfd);
    }
    bool good = can_read_world_of_others();
    say("attach to a running demo", good,
        good ? "" : "/proc/PID/fd cannot be opened here");
    int pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    say("a terminal for demos (pty)", pty >= 0, pty >= 0 ? "" : "mount /dev/pts");
    if (pty >= 0) {
        close(pty);
    }
}

static void say_what_is_unseen(void)
{
    printf(
        "\nNot seen, in any program: accesses by other threads than the first, and in a\n"
        "signal handler that interrupts an access (both are counted); what the C library\n"
        "or the kernel writes into shared memory (read(), strcat(), sprintf()). A program\n"
        "compiled without hooks shows its calls only.\n"
        "\nSeen in another way with gcc than with clang: bit-fields (gcc shows no read\n"
        "before a write), long double (clang shows nothing), strcpy() of a literal (gcc\n"
        "shows nothing), a struct literal (gcc shows each field), a struct copied within\n"
        "shared memory (gcc shows the write before the read), and which comes first of\n"
        "two reads in one expression.\n");
}

int command_doctor(int argc, char **argv)
{
    if (argc > 1) {
        return lab_error(LAB_USAGE, "doctor takes no arguments, not \"%s\"", argv[1]);
    }
    missing = 0;
    look_at_kernel();
    look_at_terminal();
    look_at_hooks();
    look_at_lines();
    look_at_system();
    if (missing == 0) {
        printf("Everything works here.\n");
    } else {
        printf("%d thing%s missing; everything else works here.\n", missing,
               missing == 1 ? " is" : "s are");
    }
    say_what_is_unseen();
    return LAB_FINE;
}
