// SPDX-License-Identifier: MIT
// The lessons are true: what they quote is there, what they tell to type works, what they
// show is what comes.
#include "page.h"
#include "suite.h"
#include "typed.h"

#include <ctype.h>
#include <glob.h>
#include <unistd.h>

enum { LINE_MAX_CHARACTERS = 100 };

#define LAB_OUTPUT "lab output" // marks Python that runs the lab, and what it prints

static const char *const pages[] = {
    "lessons/README.md",
    "lessons/00-c-for-python-people/README.md",
    "lessons/10-process/README.md",
    "lessons/10-process/teacher.md",
    "lessons/12-endings/README.md",
    "lessons/12-endings/teacher.md",
    "lessons/20-pool/README.md",
    "lessons/20-pool/teacher.md",
    "lessons/22-chunks/README.md",
    "lessons/22-chunks/teacher.md",
    "lessons/30-queue/README.md",
    "lessons/30-queue/teacher.md",
    "lessons/32-back-pressure/README.md",
    "lessons/32-back-pressure/teacher.md",
    "lessons/40-race-and-lock/README.md",
    "lessons/40-race-and-lock/teacher.md",
    "lessons/42-what-a-lock-costs/README.md",
    "lessons/42-what-a-lock-costs/teacher.md",
    "lessons/44-you-are-the-scheduler/README.md",
    "lessons/44-you-are-the-scheduler/teacher.md",
    "lessons/46-reading-a-recording/README.md",
    "lessons/46-reading-a-recording/teacher.md",
    "lessons/50-downloads/README.md",
    "lessons/50-downloads/teacher.md",
    "lessons/52-when-workers-die/README.md",
    "lessons/52-when-workers-die/teacher.md",
    "lessons/54-stopping-cleanly/README.md",
    "lessons/54-stopping-cleanly/teacher.md",
    "lessons/60-every-schedule/README.md",
    "lessons/60-every-schedule/teacher.md",
    "lessons/62-deadlock/README.md",
    "lessons/62-deadlock/teacher.md",
    "lessons/64-when-the-owner-dies/README.md",
    "lessons/64-when-the-owner-dies/teacher.md",
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

static const char *const lessons[] = {
    "lessons/10-process/README.md",
    "lessons/12-endings/README.md",
    "lessons/20-pool/README.md",
    "lessons/22-chunks/README.md",
    "lessons/30-queue/README.md",
    "lessons/32-back-pressure/README.md",
    "lessons/40-race-and-lock/README.md",
    "lessons/42-what-a-lock-costs/README.md",
    "lessons/44-you-are-the-scheduler/README.md",
    "lessons/46-reading-a-recording/README.md",
    "lessons/50-downloads/README.md",
    "lessons/52-when-workers-die/README.md",
    "lessons/54-stopping-cleanly/README.md",
    "lessons/60-every-schedule/README.md",
    "lessons/62-deadlock/README.md",
    "lessons/64-when-the-owner-dies/README.md",
};
enum { LESSONS = sizeof lessons / sizeof *lessons };

START_TEST(lessons_have_five_parts)
{
    static const char *const parts[] = {"Predict", "Run", "Investigate", "Modify", "Make"};
    struct page *page = page_read(lessons[_i]);
    size_t found = 0;

    for (const char *at = page->text; (at = strstr(at, "\n## ")) != NULL; at++) {
        ck_assert_uint_lt(found, sizeof parts / sizeof *parts);
        size_t length = strcspn(at + 4, "\n");
        ck_assert_msg(length == strlen(parts[found]) &&
                          strncmp(at + 4, parts[found], length) == 0,
                      "%s: the part \"%.*s\"", page->name, (int)length, at + 4);
        found++;
    }
    ck_assert_uint_eq(found, sizeof parts / sizeof *parts);
}
END_TEST

// A new page is to be in the list above, and a lesson on the path.
START_TEST(no_page_is_forgotten)
{
    glob_t found;
    struct page *path = page_read("lessons/README.md");

    ck_assert_int_eq(glob(source("lessons/*/*.md"), 0, NULL, &found), 0);
    ck_assert_uint_eq(found.gl_pathc, PAGES - 1);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        ck_assert_str_eq(found.gl_pathv[i], source(pages[i + 1]));
        ck_assert_msg(strstr(path->text, strstr(pages[i + 1], "/") + 1) != NULL,
                      "%s is not on the path", pages[i + 1]);
    }
    globfree(&found);
}
END_TEST

// ---- Code

// Whether a file has these lines, all indented by the same number of spaces or none.
static bool has_lines(const char *name, const char *lines)
{
    size_t size, count = 0;
    char *bytes = (char *)scratch_read(source(name), &size);
    bool found = false;

    for (const char *at = lines; *at != '\0'; at++) {
        count += *at == '\n';
    }
    char *text = calloc(1, strlen(lines) + 12 * count + 1);
    ck_assert_ptr_nonnull(text);
    for (int indent = 0; indent <= 12 && !found; indent += 4) {
        size_t used = 0;
        bool begins = true;
        for (const char *at = lines; *at != '\0'; at++) {
            for (int i = 0; i < indent && begins && *at != '\n'; i++) {
                text[used++] = ' ';
            }
            text[used++] = *at;
            begins = *at == '\n';
        }
        found = memmem(bytes, size, text, used) != NULL;
    }
    free(text);
    free(bytes);
    return found;
}

START_TEST(c_is_quoted_or_compiles)
{
    struct page *page = page_read(pages[_i]);

    for (int i = 0; i < page->count; i++) {
        struct block *block = &page->blocks[i];
        if (!block_is(block, "c") || block_says(block, "try: ")) {
            continue;
        }
        if (block_says(block, "from ")) {
            ck_assert_msg(has_lines(block->mark + 5, block->text), AT "not in %s:\n%s",
                          WHERE(page, block), block->mark + 5, block->text);
        } else {
            static const char include[] = "-I" SOURCE_DIR "/demos/mp";
            const char *const argv[] = {"cc",
                                        "-std=c17",
                                        "-D_GNU_SOURCE",
                                        "-Wall",
                                        "-Wextra",
                                        "-Werror",
                                        "-fsyntax-only",
                                        "-x",
                                        "c",
                                        include,
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

// In the directory `cwd`, or NULL. The output is to be what follows `mark`, if that is there.
static void python(const struct page *page, const struct block *block, const char *script,
                   const char *cwd, const char *mark)
{
    const char *const argv[] = {"python3", "-", NULL};
    struct run_result result = run_program(
        argv, &(struct run_options){
                  .input = script, .cwd = cwd, .timeout_ms = cwd == NULL ? 5000 : 60000});

    ck_assert_msg(run_exit_code(&result) == 0, AT "%s", WHERE(page, block),
                  run_describe(&result));
    if (block_says(block, mark)) {
        const char *follows = block->mark + strlen(mark);
        char *out = page_trim(result.out, strlen(result.out));
        char *shown = page_trim(follows, strlen(follows));
        ck_assert_msg(strcmp(out, shown) == 0, AT "it prints\n%s", WHERE(page, block),
                      out);
        free(out);
        free(shown);
    }
    run_free(&result);
}

START_TEST(python_runs)
{
    struct page *page = page_read(pages[_i]);
    bool one_script =
        strstr(page->text, "<!-- the Python blocks are one script -->") != NULL;
    const struct block *last = NULL;

    if (!have("python3")) {
        return;
    }
    char *script = calloc(1, strlen(page->text) + 1);
    for (int i = 0; i < page->count; i++) {
        const struct block *block = &page->blocks[i];
        if (!block_is(block, "python") || block_says(block, "not run") ||
            block_says(block, LAB_OUTPUT)) {
            continue;
        }
        last = block;
        if (one_script) {
            strcat(script, block->text);
        } else {
            python(page, block, block->text, NULL, "output");
        }
    }
    if (one_script && last != NULL) {
        python(page, last, script, NULL, "output");
    }
    free(script);
}
END_TEST

// ---- What is typed

START_TEST(what_is_typed_works)
{
    struct page *page = page_read(pages[_i]);

    if (strstr(page->name, "downloads") != NULL &&
        access(BUILD_DIR "/demos/downloads", X_OK) != 0) {
        return; // libcurl is not here
    }
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
        } else if (block_is(block, "python") && block_says(block, LAB_OUTPUT)) {
            if (have("python3")) {
                python(page, block, block->text, tree, LAB_OUTPUT);
            }
        } else {
            ck_assert_msg(block_is(block, "c") || block_is(block, "python") ||
                              block_is(block, "text"),
                          AT "a block of \"%s\"", WHERE(page, block), block->language);
        }
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = pages_read_well, .from = 0, .to = PAGES},
        {.test = no_page_is_forgotten},
        {.test = lessons_have_five_parts, .from = 0, .to = LESSONS},
        {.test = c_is_quoted_or_compiles, .from = 0, .to = PAGES},
        {.test = python_runs, .from = 0, .to = PAGES},
        {.test = what_is_typed_works,
         .from = 0,
         .to = PAGES,
         .timeout = 120,
         .setup = tree_make,
         .teardown = tree_remove},
    };

    return suite_run("lessons", tests, sizeof tests / sizeof *tests);
}
