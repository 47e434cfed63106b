// SPDX-License-Identifier: MIT
// A program of one's own: written, compiled, run; what is wrong is said in one line. And the
// lab where it is installed.
#include "demos.h"

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test_own.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

// A line of shell in the folder; $LAB is the lab. stdout and stderr together.
static struct run_result shell(const char *command)
{
    static char lab[512];
    static char home[128];
    snprintf(lab, sizeof lab, "LAB=%s", built("lab"));
    snprintf(home, sizeof home, "HOME=%s/home", folder);
    const char *const env[] = {lab, home, "XDG_CACHE_HOME", "XDG_DATA_HOME", NULL};
    const char *const argv[] = {"sh", "-c", command, NULL};
    return run_program(
        argv, &(struct run_options){
                  .cwd = folder, .env = env, .merge = true, .timeout_ms = 60000});
}

static void says(const char *command, int status, const char *text)
{
    struct run_result result = shell(command);
    run_assert_exit(&result, status);
    ck_assert_msg(run_out_has(&result, text), "%s: no \"%s\": %s", command, text,
                  run_describe(&result));
    run_free(&result);
}

static void remove_folder(void)
{
    says("cd / && rm -rf \"${HOME%/home}\" && echo gone", 0, "gone");
}

START_TEST(new_program_works_as_it_is)
{
    says("$LAB new my", 0, " run my.c");
    says("$LAB run my.c --plain", 0, "wrote counter: 6");
    says("$LAB run my.c --plain -- --increments 3", 0, "counter 6, expected 6, lost 0");
    says("$LAB run my.c --times 3", 0, "right 3 of 3");
    says("$LAB cc my.c -v", 0, "-fsanitize=thread");
    says("./my", 0, "counter 6, expected 6, lost 0");
    says("$LAB run my", 2, "did you mean \"my.c\"?");
}
END_TEST

START_TEST(what_is_there_is_not_written_over)
{
    says("echo mine >my.c; $LAB new my", 2, "lab: my.c is there already");
    says("cat my.c", 0, "mine\n");
    says("$LAB cc my.c -o other.c", 2, "it would be lost");
    says("$LAB cc my.c -o /dev/null", 2, "is no file");
}
END_TEST

START_TEST(changes_are_seen_and_errors_are_the_compilers)
{
    says("$LAB new my && sed -i '1i #include \"my.h\"' my.c && echo >my.h", 0, "");
    says("$LAB run my.c --plain", 0, "counter 6, expected 6");
    says("sed -i s/6/7/g my.c; $LAB run my.c --plain", 1, "counter 6, expected 7");
    says("echo nonsense >my.h; $LAB run my.c --plain", 1, "my.h:1:");
    says("$LAB run my.c --plain 2>&1 | tail -n 1", 0, "lab: my.c does not compile");
    says("CC=nonesuch $LAB cc my.c", 3, "lab: the compiler \"nonesuch\"");
    says("PATH=/nowhere; $LAB cc my.c", 3, "lab: there is no C compiler here");
    says("ls -A | tr '\\n' ' '", 0, "my.c my.h ");
}
END_TEST

// The header brings no system calls with it, whose names a beginner's functions may have.
START_TEST(own_functions_may_have_the_names_of_system_calls)
{
    says("{ echo '#include \"mp.h\"'; "
         "for f in pipe read write close fork sleep signal kill pause; do "
         "echo \"static int $f(void) { return 0; }\"; done; "
         "echo 'int main(void) { return pipe() + read() + write() + close() + fork() + "
         "sleep() + signal() + kill() + pause(); }'; } >my.c; "
         "$LAB cc my.c && ./my && echo fine",
         0, "fine");
}
END_TEST

// Also one that has files of its own, and when only its source was copied.
START_TEST(every_demo_can_be_compiled_by_the_lab)
{
    struct demo_names demos = demo_names();
    for (size_t i = 0; i < demos.count; i++) {
        char command[256];
        snprintf(command, sizeof command,
                 "cp '" SOURCE_DIR "'/demos/%s.c . && $LAB cc %s.c && ./%s --help",
                 demos.name[i], demos.name[i], demos.name[i]);
        says(command, 0, "--");
    }
}
END_TEST

static const struct {
    const char *command;
    const char *line;
} wrong[] = {
    {"$LAB new", "lab: new what?"},
    {"$LAB new ../my", "lab: \"../my\" is no name"},
    {"$LAB new -x", "lab: \"-x\" is no name"},
    {"$LAB new ''", "lab: \"\" is no name"},
    {"$LAB new a b", "lab: \"b\" is one too many"},
    {"$LAB cc", "lab: cc what?"},
    {"$LAB cc my", "lab: my is not a C file"},
    {"$LAB cc no.c", "lab: there is no file no.c"},
    {"$LAB cc a.c b.c", "lab: \"b.c\" is one too many"},
    {"$LAB cc -q a.c", "lab: cc knows -o and -v, not -q"},
    {"$LAB cc a.c -o", "lab: -o takes a name"},
    {"$LAB run no.c", "lab: there is no file no.c"},
};

START_TEST(wrong_usage_is_one_line)
{
    struct run_result result = shell(wrong[_i].command);
    run_assert_exit(&result, 2);
    ck_assert_uint_eq(count_text(result.out, "\n"), 1);
    ck_assert_msg(strncmp(result.out, wrong[_i].line, strlen(wrong[_i].line)) == 0, "%s",
                  result.out);
    run_free(&result);
}
END_TEST

START_TEST(line_mode_edits_and_runs_again)
{
    says("$LAB new my; printf 'edit\\ngo\\nq\\n' | EDITOR='sed -i s/6/9/g' "
         "$LAB run my.c --step --plain",
         1, "Built from my.c, and begun again.");
    says("$LAB cc my.c >cc && cc -I'" SOURCE_DIR "/demos/mp' -no-pie -o plain my.c "
         "-Wl,--whole-archive '" BUILD_DIR "/libmp.a' -Wl,--no-whole-archive "
         "'" BUILD_DIR "/libunwrapped.a' -pthread && "
         "echo q | $LAB run ./plain --step --plain",
         0, "without access hooks: its reads and writes are not seen");
}
END_TEST

// Built as this was built: with other settings it would all be built anew, under the hands of
// the other tests.
#define MAKE_HERE "make -s -C '" SOURCE_DIR "' BUILD='" BUILD_DIR "' " MAKE_SETTINGS

START_TEST(installed_lab_works_from_its_prefix)
{
    says(MAKE_HERE " install PREFIX=\"$PWD/p\"", 0, "/p/bin/lab");
    says("p/bin/lab", 0, "lock_race");
    says("cat p/share/man/man3/mp.3", 0, "mp_lock_acquire(mp_lock *lock");
    says("p/bin/lab read 10 --plain", 0, "A process is born");
    says("p/bin/lab new my && p/bin/lab run my.c --plain", 0, "wrote counter: 6");
    says("find home -name my", 0, "home/.cache/forklab/");
    says("cd p/share/forklab && build/lab run lock_fixed --plain", 0, "lost 0");
    says("export PKG_CONFIG_PATH=p/lib/pkgconfig; " MAKE_CC
         " -c $(pkg-config --cflags forklab-mp) my.c && " MAKE_CC
         " -o my my.o $(pkg-config --libs forklab-mp) && p/bin/lab run ./my --plain",
         0, "wrote counter: 6");
    says(MAKE_HERE " uninstall PREFIX=\"$PWD/p\"; "
                   "find p -type f -o -type l | wc -l",
         0, "0\n");
}
END_TEST

// The other demos are there, and it is said which one is not.
START_TEST(dropped_file_is_built_and_a_broken_one_is_named)
{
    says("cp -a '" SOURCE_DIR "/Makefile' '" SOURCE_DIR "/.ci' '" SOURCE_DIR
         "/demos' . && rm demos/process.c && $LAB new my && mv my.c demos/ && "
         "echo 'int broken' >demos/aaa.c && make -s HAVE_LIBCURL=0",
         2, "not built: demos/aaa.c;");
    says("build/demos/my", 0, "counter 6, expected 6, lost 0");
    says("build/demos/lock_fixed --increments 1", 0, "lost 0");
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {new_program_works_as_it_is, 60, 0, 0, make_folder, remove_folder},
        {what_is_there_is_not_written_over, 0, 0, 0, make_folder, remove_folder},
        {changes_are_seen_and_errors_are_the_compilers, 60, 0, 0, make_folder,
         remove_folder},
        {own_functions_may_have_the_names_of_system_calls, 60, 0, 0, make_folder,
         remove_folder},
        {every_demo_can_be_compiled_by_the_lab, 120, 0, 0, make_folder, remove_folder},
        {wrong_usage_is_one_line, 0, 0, sizeof wrong / sizeof *wrong, make_folder,
         remove_folder},
        {line_mode_edits_and_runs_again, 60, 0, 0, make_folder, remove_folder},
        {installed_lab_works_from_its_prefix, 120, 0, 0, make_folder, remove_folder},
        {dropped_file_is_built_and_a_broken_one_is_named, 120, 0, 0, make_folder,
         remove_folder},
    };

    return suite_run("own", tests, sizeof tests / sizeof *tests);
}
