// SPDX-License-Identifier: MIT
/*
 * Shows:   60 images over HTTP into files, many at a time.
 * Run:     build/demos/downloads     (--workers 16, --sequential, --error-rate 10, --stall,
 *          --retries 2, --latency 500, --url URL, --out DIR, --verbose, --help)
 * Watch:   build/lab run downloads
 * Expect:  8 workers need about an eighth of the time that the downloads add up to, also on
 *          2 processors: waiting needs none. Each file is there as a whole or not at all,
 *          whoever is killed; each that failed is named.
 * Compare: downloads/server.c, the server that it starts, so that it needs no network.
 *
 * Python:  with ProcessPoolExecutor() as executor:
 *              executor.map(downloadFile, urls, names)
 *          where an error that nobody asks for vanishes.
 */
#include "demo.h"
#include "downloads/server.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

DEMO("summary=60 files over HTTP, many at a time\0"
     "watch=--count 6 --workers 3 --latency 20\0"
     "explore=--count 2 --workers 2 --latency 0\0"
     "grain=calls\0"
     "lesson=50-downloads\0"
     "rate=bytes\0");

enum { WORKERS_MAX = 64, BACK_OFF_MS = 100, CONNECT_S = 5, EXIT_USAGE = 2, BAR = 40 };

static int count = 60;
static int workers = 8;
static int sequential;
static int retries;
static int timeout_s = 5;
static int stall;
static int verbose;
static const char *url;
static const char *out = "build/files";
static struct server server = {.latency_ms = 100};

struct shared { /* one, in shared memory: how far all are */
    _Atomic int finished;
    _Atomic long bytes;
};

struct download {
    int number;
    char url[1024];
    char name[32];
};

struct outcome {
    double seconds;
    char problem[100]; /* "HTTP 500"; empty when all went well */
};

static struct shared *shared; /* where it is, each process has as its own copy */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- one file --------------------------------------------------------------------------- */

/* A file that has no name until it is whole: whoever is killed leaves nothing behind. Where
   the file system has no such files it is called file7.bmp.part until then. */
static FILE *open_part(const char *part)
{
    unlink(part); /* of an earlier run */
    int fd = open(out, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) {
        fd = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    }
    return fd >= 0 ? fdopen(fd, "w") : NULL;
}

/* Gives the file its name, in place of what had it before. 0 or the errno. */
static int publish(FILE *file, const char *part, const char *name)
{
    char descriptor[40];
    snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", fileno(file));
    int rc = fflush(file);
    if (rc == 0 && access(part, F_OK) != 0) {
        rc = linkat(AT_FDCWD, descriptor, AT_FDCWD, part, AT_SYMLINK_FOLLOW);
    }
    return rc == 0 && rename(part, name) == 0 ? 0 : errno;
}

/* Asks for the URL once and writes what comes into the file; 0, or the problem is told. */
static int get(const struct download *download, FILE *file, struct outcome *outcome)
{
    CURL *curl = must_have(curl_easy_init());
    curl_easy_setopt(curl, CURLOPT_URL, download->url);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, file);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L); /* not one byte in this time */
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)timeout_s);
    if (url == NULL) {
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"); /* our own server is here */
    }
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        snprintf(outcome->problem, sizeof outcome->problem, "HTTP %ld", status);
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
        snprintf(outcome->problem, sizeof outcome->problem, "no answer for %d s",
                 timeout_s);
    } else if (code != CURLE_OK) {
        snprintf(outcome->problem, sizeof outcome->problem, "%s",
                 curl_easy_strerror(code));
    }
    curl_easy_cleanup(curl);
    return code == CURLE_OK ? 0 : -1;
}

/* One try: the file is there as a whole, or not at all. 0, or the problem is told. */
static int try_once(const struct download *download, struct outcome *outcome)
{
    char name[PATH_MAX];
    char part[PATH_MAX + 8];
    snprintf(name, sizeof name, "%s/%s", out, download->name);
    snprintf(part, sizeof part, "%s.part", name);
    outcome->problem[0] = '\0';
    FILE *file = open_part(part);
    int error = file == NULL ? errno : 0;
    int rc = error == 0 ? get(download, file, outcome) : -1;
    if (rc == 0) {
        error = publish(file, part, name);
        shared->bytes += ftell(file);
    }
    if (file != NULL) {
        fclose(file);
    }
    if (error != 0) {
        snprintf(outcome->problem, sizeof outcome->problem, "%s", strerror(error));
    }
    if (rc != 0 || error != 0) {
        unlink(part);
        return -1;
    }
    return 0;
}

/* One line, drawn again and again on a terminal; elsewhere a line at each quarter. */
static void show_progress(int finished, long bytes)
{
    if (verbose) {
        return;
    }
    if (demo_on_terminal()) {
        char bar[BAR + 1];
        memset(bar, '.', BAR);
        memset(bar, '#', (size_t)(BAR * finished / count));
        bar[BAR] = '\0';
        printf("\r[%s] %d of %d   %.1f MB%s", bar, finished, count, (double)bytes / 1e6,
               finished == count ? "\n" : "");
        fflush(stdout);
    } else if (finished * 4 / count > (finished - 1) * 4 / count) {
        printf("%d of %d\n", finished, count);
    }
}

/* The work of one download, with as many tries as were asked for: each waits twice as long
   as the one before, to give the server time. */
static int fetch(const void *item, void *result)
{
    const struct download *download = item;
    struct outcome *outcome = result;
    double begin = now();
    if (verbose) {
        printf("Started Downloading %d\n", download->number);
    }
    int pause_ms = BACK_OFF_MS;
    int rc = try_once(download, outcome);
    for (int i = 0; i < retries && rc != 0; i++, pause_ms *= 2) {
        if (verbose) {
            printf("Trying %d again: %s\n", download->number, outcome->problem);
        }
        must(mp_sleep(pause_ms));
        rc = try_once(download, outcome);
    }
    if (verbose && rc == 0) {
        printf("Finished Downloading %d\n", download->number);
    }
    outcome->seconds = now() - begin;
    show_progress(++shared->finished, shared->bytes);
    return 0; /* what went wrong stands in the outcome */
}

/* --- all files -------------------------------------------------------------------------- */

/* Python: with ProcessPoolExecutor(workers) as executor: executor.map(fetch, downloads) */
static void fetch_in_parallel(const struct download *downloads, struct outcome *outcomes)
{
    mp_executor *executor;
    int *status = must_have(calloc((size_t)count, sizeof *status));
    must(mp_executor_create(&executor, (size_t)workers, NULL));
    must(mp_executor_map(executor, fetch, downloads, (size_t)count, outcomes, status));
    for (int i = 0; i < count; i++) {
        if (status[i] != 0) {
            strcpy(outcomes[i].problem, "its worker died");
        }
    }
    must(mp_executor_destroy(executor));
    free(status);
}

static void fetch_one_by_one(const struct download *downloads, struct outcome *outcomes)
{
    for (int i = 0; i < count; i++) {
        fetch(&downloads[i], &outcomes[i]);
    }
}

/* --- before and after ------------------------------------------------------------------- */

static _Noreturn void refuse(const char *what, const char *why, const char *advice)
{
    fprintf(stderr, "downloads: %s: %s; %s\n", what, why, advice);
    exit(EXIT_USAGE);
}

/* Makes the folder and those above it, and sees whether files can be written there. */
static void make_folder(void)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/", out) + 32 >= (int)sizeof path) {
        refuse("--out", "the name is too long", "give a shorter one");
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    strcat(path, "file0.bmp.part");
    FILE *file = open_part(path);
    if (file == NULL) {
        refuse(out, strerror(errno), "choose another folder with --out DIR");
    }
    fclose(file);
    unlink(path);
}

/* http://host or https://host, or it is refused. */
static void check_url(void)
{
    CURLU *parts = must_have(curl_url());
    char *scheme = NULL;
    CURLUcode code = curl_url_set(parts, CURLUPART_URL, url, 0);
    if (code == CURLUE_OK) {
        code = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0);
    }
    if (code != CURLUE_OK || strncmp(scheme, "http", 4) != 0 ||
        strlen(url) + 32 > sizeof((struct download *)0)->url) {
        refuse(url, "this is no web address",
               "give one as in --url http://localhost:8000");
    }
    curl_free(scheme);
    curl_url_cleanup(parts);
}

static struct download *list_downloads(const char *base)
{
    struct download *downloads = must_have(calloc((size_t)count, sizeof *downloads));
    size_t length = strlen(base);
    length -= length > 0 && base[length - 1] == '/';
    for (int i = 0; i < count; i++) {
        struct download *d = &downloads[i];
        d->number = i;
        snprintf(d->name, sizeof d->name, "file%d.bmp", i);
        snprintf(d->url, sizeof d->url, "%.*s/%s", (int)length, base, d->name);
    }
    return downloads;
}

static mp_process *start_server(void)
{
    mp_process *process;
    struct mp_process_options named = {.name = "server"};
    server.count = count;
    server.stalled = !stall ? -1 : count > 23 ? 23 : count - 1;
    must(server_open(&server));
    must(mp_process_create(&process, server_run, &server, &named));
    must(mp_process_start(process));
    return process;
}

/* Names what failed; how many of them there are. */
static int name_failures(const struct download *downloads, const struct outcome *outcomes)
{
    int failed = 0;
    for (int i = 0; i < count; i++) {
        if (outcomes[i].problem[0] != '\0') {
            printf("failed: %s %s\n", downloads[i].name, outcomes[i].problem);
            failed++;
        }
    }
    return failed;
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "Downloads images into files, many at a time.",
        (const struct demo_option[]){
            {"count", &count, 1, FILES_MAX, "files"},
            {"workers", &workers, 1, WORKERS_MAX, "downloads at a time"},
            {"sequential", &sequential, 0, 0, "one after the other, for comparison"},
            {"retries", &retries, 0, 5, "more tries for a file that fails"},
            {"timeout", &timeout_s, 1, 60, "seconds without a byte until it fails"},
            {"latency", &server.latency_ms, 0, 10000, "ms before each answer"},
            {"error-rate", &server.error_rate, 0, 100, "of 100 files fail twice"},
            {"stall", &stall, 0, 0, "one answer never comes"},
            {"verbose", &verbose, 0, 0, "a line for each start and end"},
            {"url", &url, DEMO_TEXT, "URL of another server"},
            {"out", &out, DEMO_TEXT, "DIR where the files go"},
            {0}});
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (url != NULL) {
        check_url();
    }
    make_folder();
    workers = sequential ? 1 : workers;
    demo_title("%d image%s, %d worker%s", count, count == 1 ? "" : "s", workers,
               workers == 1 ? "" : "s");
    demo_expect("files", count);

    mp_process *own = url == NULL ? start_server() : NULL;
    char base[64];
    snprintf(base, sizeof base, "http://127.0.0.1:%d", server.port);
    printf("downloads: %d image%s, %d worker%s, from %s%s\n", count,
           count == 1 ? "" : "s", workers, workers == 1 ? "" : "s",
           own != NULL ? base : url, own != NULL ? " (its own server)" : "");
    shared = must_have(MP_SHARED(struct shared));
    struct download *downloads = list_downloads(own != NULL ? base : url);
    struct outcome *outcomes = must_have(calloc((size_t)count, sizeof *outcomes));

    double begin = now();
    if (sequential) {
        fetch_one_by_one(downloads, outcomes);
    } else {
        fetch_in_parallel(downloads, outcomes);
    }
    double end = now();
    if (own != NULL) {
        server_close(&server);
        must(mp_process_join(own, MP_FOREVER));
    }

    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += outcomes[i].seconds;
    }
    printf("time %.2f s; the %d download%s added up %.2f s\n", end - begin, count,
           count == 1 ? "" : "s", sum);
    printf("files in %s: file0.bmp to file%d.bmp\n", out, count - 1);
    int failed = name_failures(downloads, outcomes);
    free(outcomes);
    free(downloads);
    return demo_result("files", count - failed, count, "failed", failed);
}
