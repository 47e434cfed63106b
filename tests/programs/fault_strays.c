// SPDX-License-Identifier: MIT
// A program that does things behind mp's back: the argument says which. A child of mp's adds
// to the counter meanwhile, so that there is always somebody else who can go.
#include "demo.h"
#include "mp.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

DEMO("summary=does things behind mp's back\0"
     "grain=memory\0");

enum { TURNS = 20, STRAY_TURNS = 5, SLEEP_MS = 150 };

struct shared {
    int counter; // of the child
    int stray;   // of what mp knows nothing of
    int signals;
};

static struct shared *shared;

static void stray(void)
{
    for (int i = 0; i < STRAY_TURNS; i++) {
        shared->stray += 1;
    }
}

static void wait_for(pid_t pid)
{
    int status = -1;
    waitpid(pid, &status, 0);
    printf("stray child: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void bare_fork(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        stray();
        _exit(0);
    }
    wait_for(pid);
}

static void *run_thread(void *unused)
{
    stray();
    return unused;
}

static void thread(void)
{
    pthread_t id;
    pthread_create(&id, NULL, run_thread, NULL);
    pthread_join(id, NULL);
}

static void on_alarm(int number)
{
    (void)number;
    shared->signals += 1;
}

// Signals come all the time, also while mp is at work.
static void handler(void)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const struct timeval often = {.tv_usec = 200};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){often, often}, NULL);
    for (int i = 0; i < 50 * STRAY_TURNS; i++) {
        shared->stray += 1;
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    for (int i = 0; i < STRAY_TURNS; i++) {
        raise(SIGALRM);
    }
}

static void pipe_open(void)
{
    char line[64] = "";
    FILE *words = popen("echo from the shell", "r");
    if (words != NULL && fgets(line, sizeof line, words) != NULL) {
        printf("%s", line);
    }
    if (words != NULL) {
        pclose(words);
    }
    stray();
}

static void shell(void)
{
    printf("system: %d\n", system("exit 3") >> 8);
    stray();
}

static void sleeps(void)
{
    nanosleep(&(struct timespec){.tv_nsec = SLEEP_MS * 1000000L}, NULL);
    stray();
}

// Reads from a pipe into which nobody writes for a while.
static void reads(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0) {
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        nanosleep(&(struct timespec){.tv_nsec = SLEEP_MS * 1000000L}, NULL);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    close(ends[1]);
    printf("read %zd\n", read(ends[0], &byte, 1));
    close(ends[0]);
    wait_for(pid);
    stray();
}

static void execute(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/echo", "echo", "another program", (char *)NULL);
        _exit(127);
    }
    wait_for(pid);
    stray();
}

// This process itself becomes another program.
static void become(void)
{
    fflush(NULL);
    execl("/bin/echo", "echo", "main is another program now", (char *)NULL);
}

// A grandchild in a session of its own, which outlives all others for a moment.
static void daemonize(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        if (fork() == 0) {
            stray();
            for (;;) {
                pause();
            }
        }
        _exit(0);
    }
    wait_for(pid);
}

static int count(void *arg)
{
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        shared->counter += 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } ways[] = {{"fork", bare_fork},  {"thread", thread}, {"handler", handler},
                {"popen", pipe_open}, {"system", shell},  {"sleep", sleeps},
                {"read", reads},      {"exec", execute},  {"become", become},
                {"daemon", daemonize}};
    shared = must_have(MP_SHARED(struct shared));
    mp_process *child;
    must(mp_process_create(&child, count, NULL, NULL));
    must(mp_process_start(child));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (argc > 1 && strcmp(argv[1], ways[i].name) == 0) {
            ways[i].run();
        }
    }
    must(mp_process_join(child, MP_FOREVER));
    printf("counter %d, stray %d, signals %d\n", shared->counter, shared->stray,
           shared->signals);
    return 0;
}
