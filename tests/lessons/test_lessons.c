// SPDX-License-Identifier: MIT
// The lessons are true: what they quote is there, what they tell to type works, what they
// show is what comes, each exercise fails as it is given, and its solution does not.
#include "page.h"
#include "proc.h"
#include "suite.h"
#include "terminal.h"
#include "tree.h"

#include <ctype.h>
#include <strings.h>
#include <unistd.h>

enum { SOON_MS = 10000, LINE_MAX_CHARACTERS = 100, ROUNDS = 20, SEEDS = 12 };

static const char *const pages[] = {
    "lessons/README.md",
    "lessons/00-c-for-python-people/README.md",
    "lessons/10-process/README.md",
    "lessons/10-process/teacher.md",
    "lessons/40-race-and-lock/README.md",
    "lessons/40-race-and-lock/teacher.md",
};
enum { PAGES = sizeof pages / sizeof *pages };

// ---- What can be said of the text

// Calls look() for each line outside of code blocks, with `code` between ` left out.
static void each_line(const struct page *page,
                      void (*look)(const struct page *page, int line, const char *text))
{
    bool code = false, comment = false;
    int line = 0;

    for (const char *at = page->text; *at != '\0'; at += strcspn(at, "\n") + 1) {
        char text[1024];
        size_t length = strcspn(at, "\n"), used = 0;
        bool quoted = false;
        line++;
        if (strncmp(at + strspn(at, " "), "```", 3) == 0) {
            code = !code;
        } else if (strncmp(at + strspn(at, " "), "<!--", 4) == 0) {
            comment = true;
        } else if (!code && !comment) {
            ck_assert_uint_lt(length, sizeof text);
            for (size_t i = 0; i < length; i++) {
                quoted = quoted != (at[i] == '`');
                text[used++] = quoted ? '`' : at[i];
            }
            text[used] = '\0';
            look(page, line, text);
        }
        if (comment && memmem(at, length, "-->", 3) != NULL) {
            comment = false;
        }
        if (at[length] == '\0') {
            break;
        }
    }
}

static void no_tags_but_details(const struct page *page, int line, const char *text)
{
    for (const char *tag = strchr(text, '<'); tag != NULL; tag = strchr(tag + 1, '<')) {
        if (isalpha((unsigned char)tag[1]) || tag[1] == '/') {
            const char *name = tag + 1 + (tag[1] == '/');
            ck_assert_msg(strncmp(name, "details>", 8) == 0 ||
                              strncmp(name, "summary>", 8) == 0,
                          AT "a tag: %s", page->name, line, tag);
        }
    }
}

// Words of the machinery, and one that the lesson on locks gives a name to at its end.
static void no_jargon(const struct page *page, int line, const char *text)
{
    static const char *const words[] = {"atomic", "preempt", "reap",  "futex",  "gate",
                                        "grant",  "enabled", "paced", "policy", "held"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (const char *at = text; (at = strcasestr(at, words[i])) != NULL; at++) {
            ck_assert_msg(at > text && isalpha((unsigned char)at[-1]),
                          AT "the word \"%s\"", page->name, line, words[i]);
        }
    }
}

static void links_lead_somewhere(const struct page *page, int line, const char *text)
{
    for (const char *at = text; (at = strstr(at, "](")) != NULL; at++) {
        size_t length = strcspn(at + 2, ")#");
        if (length > 0 && strncmp(at + 2, "http", 4) != 0) {
            char path[512];
            snprintf(path, sizeof path, "%.*s/%.*s",
                     (int)(strrchr(page->name, '/') - page->name), page->name,
                     (int)length, at + 2);
            ck_assert_msg(access(source(path), R_OK) == 0, AT "no file %s", page->name,
                          line, path);
        }
    }
}

START_TEST(pages_read_well)
{
    struct page *page = page_read(pages[_i]);
    int line = 1, characters = 0, details = 0;

    for (const char *at = page->text; *at != '\0'; at++) {
        characters += ((unsigned char)*at & 0xc0) != 0x80;
        if (*at == '\n') {
            ck_assert_msg(characters - 1 <= LINE_MAX_CHARACTERS, AT "%d characters",
                          page->name, line, characters - 1);
            line++;
            characters = 0;
        }
        details += strncmp(at, "<details>", 9) == 0;
        details -= strncmp(at, "</details>", 10) == 0;
    }
    ck_assert_int_eq(details, 0);
    each_line(page, no_tags_but_details);
    each_line(page, no_jargon);
    each_line(page, links_lead_somewhere);
}
END_TEST

START_TEST(lessons_have_five_parts)
{
    static const char *const lessons[] = {"lessons/10-process/README.md",
                                          "lessons/40-race-and-lock/README.md"};
    static const char *const parts[] = {"Predict", "Run", "Investigate", "Modify", "Make"};
    struct page *page = page_read(lessons[_i]);
    size_t found = 0;

    for (const char *at = page->text; (at = strstr(at, "\n## ")) != NULL; at++) {
        ck_assert_uint_lt(found, sizeof parts / sizeof *parts);
        ck_assert_str_eq(page_trim(at + 4, strcspn(at + 4, "\n")), parts[found]);
        found++;
    }
    ck_assert_uint_eq(found, sizeof parts / sizeof *parts);
}
END_TEST

// ---- Code

START_TEST(c_is_quoted_or_compiles)
{
    struct page *page = page_read(pages[_i]);

    for (int i = 0; i < page->count; i++) {
        struct block *block = &page->blocks[i];
        if (!block_is(block, "c") || block_says(block, "try: ")) {
            continue;
        }
        if (block_says(block, "from ")) {
            size_t size;
            char *bytes = (char *)scratch_read(source(block->mark + 5), &size);
            ck_assert_msg(memmem(bytes, size, block->text, strlen(block->text)) != NULL,
                          AT "not in %s (word for word):\n%s", WHERE(page, block),
                          block->mark + 5, block->text);
            free(bytes);
        } else {
            const char *const argv[] = {"cc",
                                        "-std=c17",
                                        "-D_GNU_SOURCE",
                                        "-Wall",
                                        "-Wextra",
                                        "-Werror",
                                        "-fsyntax-only",
                                        "-x",
                                        "c",
                                        "-I" SOURCE_DIR "/demos/mp",
                                        "-",
                                        NULL};
            struct run_result result =
                run_program(argv, &(struct run_options){.input = block->text});
            ck_assert_msg(run_exit_code(&result) == 0, AT "%s", WHERE(page, block),
                          result.err);
            run_free(&result);
        }
    }
}
END_TEST

static bool have(const char *program)
{
    const char *const argv[] = {"sh", "-c", "command -v \"$0\"", program, NULL};
    struct run_result result = run_program(argv, NULL);
    bool there = run_exit_code(&result) == 0;
    run_free(&result);
    return there;
}

static void python(const struct page *page, const struct block *block, const char *script)
{
    const char *const argv[] = {"python3", "-", NULL};
    struct run_result result =
        run_program(argv, &(struct run_options){.input = script, .timeout_ms = 5000});

    ck_assert_msg(run_exit_code(&result) == 0, AT "%s", WHERE(page, block),
                  run_describe(&result));
    if (block_says(block, "output")) {
        char *out = page_trim(result.out, strlen(result.out));
        ck_assert_msg(strcmp(out, page_trim(block->mark + 6, strlen(block->mark + 6))) ==
                          0,
                      AT "it prints\n%s", WHERE(page, block), out);
        free(out);
    }
    run_free(&result);
}

START_TEST(python_runs)
{
    struct page *page = page_read(pages[_i]);
    bool one_script =
        strstr(page->text, "<!-- the Python blocks are one script -->") != NULL;
    char *script = calloc(1, strlen(page->text) + 1);
    const struct block *last = NULL;

    if (!have("python3")) {
        return;
    }
    for (int i = 0; i < page->count; i++) {
        const struct block *block = &page->blocks[i];
        if (!block_is(block, "python") || block_says(block, "not run")) {
            continue;
        }
        last = block;
        if (one_script) {
            strcat(script, block->text);
        } else {
            python(page, block, block->text);
        }
    }
    if (one_script && last != NULL) {
        python(page, last, script);
    }
    free(script);
}
END_TEST

// ---- What is typed

// Numbers of processes are other ones each time.
static char *without_pids(const char *text)
{
    char *copy = calloc(1, strlen(text) + 1), *to = copy;

    while (*text != '\0') {
        static const char *const before[] = {"(", "process ", "child of "};
        *to = *text++;
        to++;
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            size_t length = strlen(before[i]), digits = strspn(text, "0123456789");
            if (digits > 0 && (size_t)(to - copy) >= length &&
                strncmp(to - length, before[i], length) == 0 &&
                (i > 0 || text[digits] == ')')) {
                *to++ = 'N';
                text += digits;
            }
        }
    }
    return copy;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_lines(char *text)
{
    char *lines[200], *copy = strdup(text);
    size_t count = 0;

    for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        ck_assert_uint_lt(count, sizeof lines / sizeof *lines);
        lines[count++] = line;
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    *text = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(text, lines[i]), "\n");
    }
    free(copy);
}

static void must_be(const struct page *page, const struct block *block, const char *got,
                    const char *shown)
{
    char *a = without_pids(got), *b = without_pids(shown);

    if (block_says(block, "any order")) {
        sort_lines(a);
        sort_lines(b);
    }
    if (block_says(block, "varies")) {
        ck_assert_msg(*a != '\0', AT "it prints nothing", WHERE(page, block));
    } else {
        ck_assert_msg(strcmp(a, b) == 0, AT "the page shows\n%s\nbut what comes is\n%s",
                      WHERE(page, block), b, a);
    }
    free(a);
    free(b);
}

static void session(const struct page *page, const struct block *block)
{
    char *text = strdup(block->text);

    for (char *at = text; *at != '\0';) {
        ck_assert_msg(strncmp(at, "$ ", 2) == 0, AT "no $", WHERE(page, block));
        char *output = at + strcspn(at, "\n");
        *output++ = '\0';
        char *next = strncmp(output, "$ ", 2) == 0 ? output : strstr(output, "\n$ ");
        next = next == NULL ? output + strlen(output) : next + (next != output);
        char *shown = strndup(output, (size_t)(next - output));
        struct run_result result = tree_run(at + 2);
        ck_assert_msg(run_exit_code(&result) < 2, AT "%s", WHERE(page, block),
                      run_describe(&result));
        must_be(page, block, result.out, shown);
        run_free(&result);
        free(shown);
        at = next;
    }
    free(text);
}

static struct terminal *terminal_for(const char *command, int rows, int cols)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    return terminal_open(rows, cols, &(struct terminal_options){.cwd = tree}, argv);
}

// What a demo had started when the lab was left: killed with it, and ours to take note of.
static void close_all(struct terminal *t)
{
    pid_t orphans[64];

    ck_assert_uint_eq(terminal_close(t), 0);
    size_t count = proc_children(getpid(), orphans, sizeof orphans / sizeof *orphans);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(proc_wait_gone(orphans[i], SOON_MS), "a process lives on");
    }
}

struct prompt {
    const char *text;
    int row; // further down than the last one
};

static bool is_asked(struct terminal *t, void *arg)
{
    struct prompt *prompt = arg;
    int row, col;

    terminal_cursor(t, &row, &col);
    return row > prompt->row && strcmp(terminal_row(t, row), prompt->text) == 0;
}

// The lines "who goes? 1" are what was asked and typed.
static void session_on_a_terminal(const struct page *page, const struct block *block)
{
    char *text = strdup(block->text);
    char *at = text + strcspn(text, "\n");
    struct prompt prompt = {.row = -1};
    *at++ = '\0';
    struct terminal *t = terminal_for(text + 2, 60, 100);

    for (const char *line = at; *line != '\0'; line += strcspn(line, "\n") + 1) {
        const char *typed = strstr(line, "? ");
        if (typed == NULL || typed > line + strcspn(line, "\n")) {
            continue;
        }
        char *asked = strndup(line, (size_t)(typed + 1 - line));
        char *answer = strndup(typed + 2, strcspn(typed + 2, "\n"));
        prompt.text = asked;
        ck_assert_msg(terminal_wait(t, is_asked, &prompt, SOON_MS),
                      AT "it does not ask %s\n%s", WHERE(page, block), asked,
                      terminal_dump(t));
        int col;
        terminal_cursor(t, &prompt.row, &col);
        terminal_type(t, answer);
        terminal_type(t, "\r");
        free(asked);
        free(answer);
    }
    ck_assert_msg(terminal_wait_exit(t, SOON_MS) != -1, AT "it does not end\n%s",
                  WHERE(page, block), terminal_dump(t));
    char *screen = terminal_text(t);
    char *got = page_trim(screen, strlen(screen)), *shown = page_trim(at, strlen(at));
    must_be(page, block, got, shown);
    free(got);
    free(shown);
    free(screen);
    free(text);
    close_all(t);
}

static bool has_more(struct terminal *t, void *arg)
{
    return terminal_bytes(t) > *(size_t *)arg;
}

static void type_key(struct terminal *t, const char *name)
{
    size_t before = terminal_bytes(t);

    if (strcmp(name, "Down") == 0) {
        terminal_key(t, TERMINAL_DOWN);
    } else if (strcmp(name, "Space") == 0) {
        terminal_type(t, " ");
    } else {
        terminal_type(t, name);
    }
    terminal_wait(t, has_more, &before, 2000);
    terminal_settle(t, 100);
}

// A command that opens the screen (or asks): the keys, the text, and q until it has ended.
static void screen(const struct page *page, const struct block *block, const char *command)
{
    struct terminal *t = terminal_for(command, 24, 80);
    bool plain = strstr(command, "--plain") != NULL;

    if (block_says(block, "keys:")) {
        char *mark = strdup(block->mark + 5);
        char *text = strstr(mark, "at \"");
        ck_assert_msg(text != NULL, AT "keys, but no text", WHERE(page, block));
        *text = '\0';
        text += 4;
        *strrchr(text, '"') = '\0';
        if (strstr(command, "--step") != NULL) {
            ck_assert_msg(terminal_wait_text(t, "STOPPED", SOON_MS), AT "%s",
                          WHERE(page, block), terminal_dump(t));
            terminal_settle(t, 100);
        }
        char *rest = mark, *key;
        while ((key = strsep(&rest, " ")) != NULL) {
            if (*key != '\0') {
                type_key(t, key);
            }
        }
        ck_assert_msg(terminal_wait_text(t, text, SOON_MS), AT "no \"%s\"\n%s",
                      WHERE(page, block), text, terminal_dump(t));
        free(mark);
    } else {
        size_t nothing = 0;
        terminal_wait(t, has_more, &nothing, SOON_MS);
        terminal_settle(t, 100);
    }
    for (int i = 0; i < 3 && terminal_wait_exit(t, i == 0 ? 0 : 2000) == -1; i++) {
        terminal_type(t, plain ? "q\r" : "q");
    }
    int status = terminal_wait_exit(t, SOON_MS);
    ck_assert_msg(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) < 2, AT "%s",
                  WHERE(page, block), terminal_dump(t));
    close_all(t);
}

static bool opens_the_screen(const char *command)
{
    bool lab =
        strcmp(command, "build/lab") == 0 || strncmp(command, "build/lab run ", 14) == 0;
    return lab && strchr(command, '|') == NULL && strstr(command, "--times") == NULL;
}

static void commands(const struct page *page, const struct block *block)
{
    char *text = strdup(block->text), *rest = text, *line;

    while ((line = strsep(&rest, "\n")) != NULL) {
        if (opens_the_screen(line)) {
            screen(page, block, line);
            continue;
        }
        struct run_result result = tree_run(line);
        ck_assert_msg(run_exit_code(&result) < 2 && !run_out_has(&result, "not found"),
                      AT "%s\n%s", WHERE(page, block), line, run_describe(&result));
        run_free(&result);
    }
    free(text);
}

START_TEST(what_is_typed_works)
{
    struct page *page = page_read(pages[_i]);

    for (int i = 0; i < page->count; i++) {
        const struct block *block = &page->blocks[i];
        if (block_is(block, "sh")) {
            commands(page, block);
        } else if (block_is(block, "console")) {
            if (block_says(block, "on a terminal")) {
                session_on_a_terminal(page, block);
            } else {
                session(page, block);
            }
        } else {
            ck_assert_msg(block_is(block, "c") || block_is(block, "python") ||
                              block_is(block, "text"),
                          AT "a block of \"%s\"", WHERE(page, block), block->language);
        }
    }
}
END_TEST

// ---- Exercises

struct change {
    const char *find, *replace; // replace NULL: the block of the page marked "try: "
};

// A program that a learner may come to,.
struct attempt {
    const char *name; // demos/NAME.c in the tree
    const char *base; // the file it is made of
    struct change changes[4];
    bool right;
};

#define ACQUIRE "must(mp_lock_acquire(job->counter_lock, MP_FOREVER));"
#define RELEASE "must(mp_lock_release(job->counter_lock));"
#define ONLY_1 "if (strcmp(mp_current_name(), \"increment-1\") == 0) "
#define POT "lessons/40-race-and-lock/pot.c"
#define POT_SOLUTION "lessons/40-race-and-lock/solution/pot.c"
#define POT_ACQUIRE "        must(mp_lock_acquire(job->pot_lock, MP_FOREVER));\n"
#define POT_RELEASE "        must(mp_lock_release(job->pot_lock));\n"
#define POT_RELEASE_EARLY "            must(mp_lock_release(job->pot_lock));\n"
#define POT_TAKE "        pot->money -= 1; /* take */\n"
#define POT_COUNT "        coins++;\n"
#define POT_LOCK "    must(mp_lock_create(&job.pot_lock));\n"
#define POT_CHILD "        job.number = i;"

static const struct attempt locks[] = {
    {.name = "fixed", .base = "demos/lock_fixed.c", .right = true},
    {.name = "write_only",
     .base = "demos/lock_fixed.c",
     .changes = {{"        " ACQUIRE
                  "\n        job->shared->counter += 1;\n        " RELEASE "\n",
                  NULL}}},
    {.name = "own_locks",
     .base = "demos/lock_fixed.c",
     .changes = {{"    must(mp_lock_create(&job.counter_lock));\n", ""},
                 {"        must(mp_process_create(",
                  "        must(mp_lock_create(&job.counter_lock));\n"
                  "        must(mp_process_create("}}},
    {.name = "one_without",
     .base = "demos/lock_fixed.c",
     .changes = {{ACQUIRE, ONLY_1 ACQUIRE},
                 {RELEASE, ONLY_1 RELEASE},
                 {"#include <stdio.h>", "#include <stdio.h>\n#include <string.h>"}}},
    {.name = "pot", .base = POT},
    {.name = "pot_solved", .base = POT_SOLUTION, .right = true},
    {.name = "pot_take_only", // looks without the lock
     .base = POT_SOLUTION,
     .changes = {{POT_ACQUIRE, ""},
                 {POT_RELEASE_EARLY, ""},
                 {POT_TAKE, POT_ACQUIRE POT_TAKE}}},
    {.name = "pot_between", // gives it back between the look and the take
     .base = POT_SOLUTION,
     .changes = {{POT_TAKE, POT_RELEASE POT_ACQUIRE POT_TAKE}}},
    {.name = "pot_own_locks",
     .base = POT_SOLUTION,
     .changes = {{POT_LOCK, ""}, {POT_CHILD, POT_LOCK POT_CHILD}}},
    {.name = "pot_one_without",
     .base = POT_SOLUTION,
     .changes = {{POT_ACQUIRE, "        if (job->number > 0)\n" POT_ACQUIRE},
                 {POT_RELEASE_EARLY,
                  "            if (job->number > 0)\n" POT_RELEASE_EARLY},
                 {POT_RELEASE POT_COUNT,
                  "        if (job->number > 0)\n" POT_RELEASE POT_COUNT}}},
};

static char *replaced(const char *text, const char *find, const char *replace)
{
    const char *at = strstr(text, find);
    char *result;

    ck_assert_msg(at != NULL && strstr(at + 1, find) == NULL,
                  "not once in the program:\n%s", find);
    ck_assert_int_gt(
        asprintf(&result, "%.*s%s%s", (int)(at - text), text, replace, at + strlen(find)),
        0);
    return result;
}

static const char *to_try(const struct page *page)
{
    for (int i = 0; i < page->count; i++) {
        if (block_says(&page->blocks[i], "try: ")) {
            return page->blocks[i].text;
        }
    }
    ck_abort_msg("%s: nothing to try", page->name);
}

static void write_attempt(const struct attempt *attempt, const struct page *page)
{
    size_t size;
    unsigned char *bytes = scratch_read(source(attempt->base), &size);
    char *text = strndup((char *)bytes, size);

    for (const struct change *c = attempt->changes; c->find != NULL; c++) {
        char *next = replaced(text, c->find, c->replace ? c->replace : to_try(page));
        free(text);
        text = next;
    }
    char path[256];
    snprintf(path, sizeof path, "%s/demos/%s.c", tree, attempt->name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    free(bytes);
}

// How many of the orders of these seeds come out wrong, on the lab, at the watching size.
static int wrong_orders(const struct attempt *attempt)
{
    char command[512];
    snprintf(command, sizeof command,
             "for s in $(seq %d); do build/lab run %s --plain --seed $s >out 2>&1; "
             "case $? in 0) ;; 1) echo wrong ;; *) cat out; exit 9 ;; esac; done",
             SEEDS, attempt->name);
    struct run_result result = tree_run(command);
    run_assert_exit(&result, 0);
    int wrong = 0;
    for (const char *at = result.out; (at = strstr(at, "wrong")) != NULL; at++) {
        wrong++;
    }
    run_free(&result);
    return wrong;
}

START_TEST(wrong_locks_lose_and_right_ones_do_not)
{
    struct page *page = page_read("lessons/40-race-and-lock/README.md");
    size_t count = sizeof locks / sizeof *locks;

    for (size_t i = 0; i < count; i++) {
        write_attempt(&locks[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        int wrong = wrong_orders(&locks[i]);
        ck_assert_msg(locks[i].right ? wrong == 0 : wrong > 0,
                      "%s: %d of %d orders are wrong", locks[i].name, wrong, SEEDS);
    }
    tree_do("for i in $(seq %d); do build/demos/pot_solved --money 100000 || exit 1; done",
            ROUNDS);
}
END_TEST

#define FAMILY_SOLUTION "lessons/10-process/solution/family.c"
#define FAMILY_RESULT "demo_result(\"children\", CHILDREN, 4, \"failed\", failed);"

static const struct attempt families[] = {
    {.name = "family", .base = "lessons/10-process/family.c"},
    {.name = "family_trusts_join",
     .base = FAMILY_SOLUTION,
     .changes = {{"        must(mp_process_join(family[i], MP_FOREVER));\n", ""},
                 {"must(mp_process_exitcode(family[i], &code))",
                  "must(code = mp_process_join(family[i], MP_FOREVER))"}}},
    {.name = "family_from_1",
     .base = FAMILY_SOLUTION,
     .changes = {{"number[i] = i;", "number[i] = i + 1;"}}},
    {.name = "family_returns_count",
     .base = FAMILY_SOLUTION,
     .changes = {{"return " FAMILY_RESULT, FAMILY_RESULT "\n    return failed;"}}},
    {.name = "family_solved", .base = FAMILY_SOLUTION, .right = true},
};

START_TEST(a_family_says_how_each_ended)
{
    static const char expected[] =
        "child-0: exited 0\nchild-1: exited 1\nchild-2: exited 2\n"
        "child-3: exited 3\nchildren 4, expected 4, failed 3\n";
    struct page *page = page_read("lessons/10-process/README.md");
    size_t count = sizeof families / sizeof *families;

    ck_assert_ptr_nonnull(strstr(page->text, expected));
    for (size_t i = 0; i < count; i++) {
        write_attempt(&families[i], page);
    }
    tree_do("make -s demos");
    for (size_t i = 0; i < count; i++) {
        for (int round = 0; round < (families[i].right ? ROUNDS : 1); round++) {
            char command[128];
            snprintf(command, sizeof command,
                     "build/demos/%s | tail -n 5; build/demos/%s >out", families[i].name,
                     families[i].name);
            struct run_result result = tree_run(command);
            bool right = strcmp(result.out, expected) == 0 && run_exit_code(&result) == 1;
            ck_assert_msg(right == families[i].right, "%s: %s", families[i].name,
                          run_describe(&result));
            run_free(&result);
        }
    }
}
END_TEST

START_TEST(joining_in_the_loop_makes_one_after_the_other)
{
    const struct attempt attempt = {
        .name = "one_by_one",
        .base = "demos/process.c",
        .changes = {
            {"    for (int i = 0; i < children; i++) {\n        start(&child[i], i + 1);\n    }\n",
             NULL},
            {"    int failed = 0;\n    for (int i = 0; i < children && !no_join; i++) {\n"
             "        failed += join(child[i]);\n    }\n",
             ""}}};
    write_attempt(&attempt, page_read("lessons/10-process/README.md"));
    tree_do("make -s demos");
    struct run_result result = tree_run("build/demos/one_by_one --children 3");
    run_assert_exit(&result, 0);
    const char *joined = strstr(result.out, "joined child-1");
    const char *next = strstr(result.out, "started child-2");
    ck_assert_msg(joined != NULL && next != NULL && joined < next, "%s", result.out);
    run_free(&result);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = pages_read_well, .from = 0, .to = PAGES},
        {.test = lessons_have_five_parts, .from = 0, .to = 2},
        {.test = c_is_quoted_or_compiles, .from = 0, .to = PAGES},
        {.test = python_runs, .from = 0, .to = PAGES},
        {.test = what_is_typed_works,
         .from = 0,
         .to = PAGES,
         .timeout = 120,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = wrong_locks_lose_and_right_ones_do_not,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = a_family_says_how_each_ended,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
        {.test = joining_in_the_loop_makes_one_after_the_other,
         .timeout = 60,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("lessons", tests, sizeof tests / sizeof *tests);
}
