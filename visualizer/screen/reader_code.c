// SPDX-License-Identifier: MIT
/*
 * Blocks of code: source, sessions, and commands, which can be selected and run.
 */
#include "screen/reader_private.h"

#include <string.h>

/* A shell's word, at the end of a line, after which the command goes on. */
static bool goes_on_after(const char *line)
{
    static const char *const ends[] = {"\\", "|", "&&", "||", " do", " then", "{", "("};
    size_t length = strlen(line);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (length >= end && strcmp(line + length - end, ends[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Can this line only be the next one of a command? */
static bool continues(const char *line)
{
    static const char *const begins[] = {" ",    "done", "fi", "else",
                                         "elif", "}",    ")",  "esac"};

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (strncmp(line, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_shell(const char *language)
{
    return strcmp(language, "sh") == 0 || strcmp(language, "bash") == 0 ||
           strcmp(language, "shell") == 0;
}

/* The lines of a command, from `first` on. */
static int command_lines(const char *const *lines, int first, int count)
{
    int next = first + 1;

    while (next < count && (goes_on_after(lines[next - 1]) || continues(lines[next]))) {
        next++;
    }
    return next - first;
}

/* Without the prompt, as the shell is to get it. */
static int command_item(struct document *document, int block, const char *const *lines,
                        int count)
{
    struct styled command = {0};
    struct pile *pile = &document->parsed->pile;

    for (int i = 0; i < count; i++) {
        styled_add(pile, &command, "\n", i > 0, 0);
        styled_add(pile, &command, lines[i], strlen(lines[i]), 0);
    }
    return document_item(document, ITEM_COMMAND, block, command.text, command.length);
}

/* `prompt`: it is to be added, for it is not in the source. */
static int add_command(struct document *document, int block, const char *const *lines,
                       int first, int count, bool prompt)
{
    struct pile *pile = &document->parsed->pile;
    const char *begin[] = {lines[first] + (prompt ? 0 : 2)};
    int length = prompt ? command_lines(lines, first, count) : 1;
    int item = command_item(document, block, prompt ? lines + first : begin, length);

    for (int i = first; i < first + length; i++) {
        struct styled *line = &document->parsed->blocks[block].lines[i];
        unsigned look = (unsigned)(item + 1) | LOOK_STRONG;
        if (prompt) {
            styled_add(pile, line, i == first ? "$ " : "  ", 2, look);
        }
        verbatim(pile, line, lines[i], strlen(lines[i]), look);
    }
    return length;
}

void code_parse(struct document *document, int block, const char *const *lines, int count)
{
    struct pile *pile = &document->parsed->pile;
    struct block *code = &document->parsed->blocks[block];
    bool shell = is_shell(code->language);
    bool session = strcmp(code->language, "console") == 0;

    code->lines = pile_take(pile, sizeof *code->lines * (size_t)(count > 0 ? count : 1));
    code->count = count;
    for (int i = 0; i < count;) {
        bool command = shell
                           ? lines[i][strspn(lines[i], " ")] != '\0' && lines[i][0] != '#'
                           : session && strncmp(lines[i], "$ ", 2) == 0;
        if (command) {
            i += add_command(document, block, lines, i, count, shell);
        } else {
            verbatim(pile, &document->parsed->blocks[block].lines[i], lines[i],
                     strlen(lines[i]), 0);
            i++;
        }
    }
}
