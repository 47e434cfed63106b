// SPDX-License-Identifier: MIT
/*
 * Handlers of signals. All that they touch is prepared beforehand: flags, an eventfd, the
 * modes of the terminal as they were, and the strings that give its screen back.
 */
#include "screen/signals.h"

#include <curses.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum { RESTORE_SIZE = 256, STACK_SIZE = 64 * 1024 };

/* Crashes, and Ctrl-\, which is to leave a core. The terminal is restored, no more. */
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS};
/* Set a flag. SIGTSTP and SIGCONT have theirs too. */
static const int flagged[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};

enum {
    CRASHES = sizeof(crashes) / sizeof(crashes[0]),
    FLAGGED = sizeof(flagged) / sizeof(flagged[0]),
};

static struct sigaction crash_before[CRASHES];
static struct sigaction flag_before[FLAGGED];
static void *crash_stack;

static volatile sig_atomic_t size_changed, stop_wanted, continued;
static volatile sig_atomic_t asked_to_end; /* the signal's number */
static volatile sig_atomic_t asked_unseen; /* and nobody has looked since */

static int wake_fd = -1;
static pid_t owner;
static struct termios modes;
static bool modes_known;
static char restore[RESTORE_SIZE];
static size_t restore_length;

/* Appends a capability, without the delays that it may ask for. */
static void fetch(const char *name)
{
    const char *text = tigetstr(name);

    if (text == NULL || text == (char *)-1) {
        return;
    }
    while (*text != '\0' && restore_length < RESTORE_SIZE) {
        const char *delay_end =
            text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (delay_end != NULL) {
            text = delay_end + 1;
        } else {
            restore[restore_length++] = *text++;
        }
    }
}

void signals_prepare(void)
{
    modes_known = tcgetattr(STDIN_FILENO, &modes) == 0;
    for (size_t i = 0; i < CRASHES; i++) {
        sigaction(crashes[i], NULL, &crash_before[i]);
    }
    for (size_t i = 0; i < FLAGGED; i++) {
        sigaction(flagged[i], NULL, &flag_before[i]);
    }
}

/* Async-signal-safe. */
static void restore_now(void)
{
    if (getpid() != owner) {
        return;
    }
    size_t done = 0;
    while (done < restore_length) {
        ssize_t n = write(STDOUT_FILENO, restore + done, restore_length - done);
        if (n <= 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (modes_known) {
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    }
}

static void die_of(int signal_number)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t set;

    restore_now();
    sigaction(signal_number, &standard, NULL);
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + signal_number);
}

static void wake(void)
{
    static const uint64_t one = 1;
    ssize_t ignored = write(wake_fd, &one, sizeof(one));

    (void)ignored; /* full: it is readable already */
}

static void on_flagged(int signal_number)
{
    int saved = errno;

    switch (signal_number) {
    case SIGWINCH:
        size_changed = 1;
        break;
    case SIGTSTP:
        stop_wanted = 1;
        break;
    case SIGCONT:
        continued = 1;
        break;
    default:
        if (asked_unseen) {
            die_of(signal_number);
        }
        asked_to_end = signal_number;
        asked_unseen = 1;
        break;
    }
    wake();
    errno = saved;
}

/* Restores the terminal, and lets the signal do what it would have done without us: kill,
   leave a core, or call the handler that was there before. */
static void on_crash(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    restore_now();
    for (size_t i = 0; i < CRASHES; i++) {
        if (crashes[i] == signal_number) {
            sigaction(signal_number, &crash_before[i], NULL);
        }
    }
    /* on return a fault happens again by itself; what was sent has to be sent again */
    bool fault = signal_number == SIGSEGV || signal_number == SIGBUS ||
                 signal_number == SIGFPE || signal_number == SIGILL;
    if (!fault || info->si_code <= 0) {
        raise(signal_number);
    }
}

static void catch_crashes(void)
{
    struct sigaction action = {.sa_sigaction = on_crash,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    stack_t stack = {.ss_size = STACK_SIZE};

    /* a stack that has overflowed is no place for a handler */
    crash_stack = crash_stack != NULL ? crash_stack : malloc(STACK_SIZE);
    stack.ss_sp = crash_stack;
    if (crash_stack == NULL || sigaltstack(&stack, NULL) < 0) {
        action.sa_flags = SA_SIGINFO;
    }
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < CRASHES; i++) {
        sigaction(crashes[i], &action, NULL);
    }
}

int signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_flagged, .sa_flags = SA_RESTART};
    /* back to the normal screen, cursor, colours, attributes and keypad */
    static const char *const strings[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};

    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) {
        return -errno;
    }
    owner = getpid();
    restore_length = 0;
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        fetch(strings[i]);
    }
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FLAGGED; i++) {
        /* what nohup, or the shell, had us ignore stays ignored */
        bool ignored = flag_before[i].sa_handler == SIG_IGN;
        if (!ignored || flagged[i] == SIGWINCH || flagged[i] == SIGCONT) {
            sigaction(flagged[i], &action, NULL);
        }
    }
    catch_crashes();
    return 0;
}

void signals_release(void)
{
    if (wake_fd < 0) {
        return;
    }
    for (size_t i = 0; i < CRASHES; i++) {
        sigaction(crashes[i], &crash_before[i], NULL);
    }
    for (size_t i = 0; i < FLAGGED; i++) {
        sigaction(flagged[i], &flag_before[i], NULL);
    }
    close(wake_fd);
    wake_fd = -1;
}

int signals_fd(void)
{
    return wake_fd;
}

unsigned signals_take(void)
{
    uint64_t count;
    ssize_t ignored = read(wake_fd, &count, sizeof(count));
    unsigned seen = 0;

    (void)ignored; /* the flags say it all */
    asked_unseen = 0;
    if (size_changed) {
        size_changed = 0;
        seen |= SIGNALS_SIZE;
    }
    if (stop_wanted) {
        stop_wanted = 0;
        seen |= SIGNALS_STOP;
    }
    if (continued) {
        continued = 0;
        seen |= SIGNALS_CONTINUED;
    }
    return seen;
}

int signals_asked_to_end(void)
{
    return asked_to_end;
}

const volatile sig_atomic_t *signals_end_flag(void)
{
    return &asked_to_end;
}

void signals_stop(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    struct sigaction ours;

    sigaction(SIGTSTP, &standard, &ours);
    raise(SIGTSTP); /* stops here; in a session without a shell it does nothing */
    sigaction(SIGTSTP, &ours, NULL);
    continued = 0;
}
