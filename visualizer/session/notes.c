// SPDX-License-Identifier: MIT
/*
 * The ELF notes of a program, read from its file without running it (mp/note.h says what
 * is in them).
 *
 * Any file may be handed to the lab, so nothing in it is believed: each place is held
 * against the size of the file before it is read. It is read, not mapped: a file that
 * somebody shortens meanwhile is then an error, and not a SIGBUS.
 */
#include "model/clean.h"
#include "note.h"
#include "session/debuginfo.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#else
#define NATIVE_MACHINE EM_X86_64
#endif

enum { NOTES_MOST = 1 << 20 }; /* bytes of all notes together; real ones have hundreds */

struct elf_file {
    int fd;
    uint64_t size;
    uint64_t notes; /* bytes of them that may still be read */
};

static int read_at(const struct elf_file *file, uint64_t offset, void *to, size_t length)
{
    char *bytes = to;

    if (offset > file->size || length > file->size - offset) {
        return -ENOEXEC;
    }
    while (length > 0) {
        ssize_t got = pread(file->fd, bytes, length, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? -errno : -ENOEXEC;
        }
        bytes += got;
        offset += (uint64_t)got;
        length -= (size_t)got;
    }
    return 0;
}

/* The texts "key=value" of a catalogue entry. Keys that are not known belong to a later
   version and are passed over. */
static void read_texts(struct demo_entry *entry, const char *texts, size_t size)
{
    const struct {
        const char *key;
        char *value;
        size_t size;
    } known[] = {
        {"summary=", entry->summary, sizeof(entry->summary)},
        {"watch=", entry->watch, sizeof(entry->watch)},
        {"explore=", entry->explore, sizeof(entry->explore)},
        {"grain=", entry->grain, sizeof(entry->grain)},
        {"twin=", entry->twin, sizeof(entry->twin)},
        {"lesson=", entry->lesson, sizeof(entry->lesson)},
        {"end=", entry->end, sizeof(entry->end)},
        {"rate=", entry->rate, sizeof(entry->rate)},
        {"shape=", entry->shape, sizeof(entry->shape)},
    };

    for (size_t at = 0; at < size && texts[at] != '\0';) {
        size_t length = strnlen(texts + at, size - at);

        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
            size_t key = strlen(known[i].key);
            if (length >= key && memcmp(texts + at, known[i].key, key) == 0) {
                clean_copy(known[i].value, known[i].size, texts + at + key, length - key);
            }
        }
        at += length + 1;
    }
}

/* One note of ours; `text` is what follows its name. */
static int read_note(struct demo_entry *entry, uint32_t type, const char *text,
                     size_t size)
{
    if (type == MP_NOTE_DEMO) {
        read_texts(entry, text, size);
    }
    if (type == MP_NOTE_BUILD) {
        struct mp_note_build build;
        size_t body = sizeof(build) - sizeof(build.head);

        if (size < body) {
            return -ENOEXEC;
        }
        memcpy((char *)&build + sizeof(build.head), text, body);
        entry->built_with_mp = true;
        /* mp's own files carry a note too, and are never hooked */
        entry->hooked = entry->hooked || build.hooked != 0;
        if (build.layout > entry->layout) {
            entry->layout = build.layout;
        }
    }
    return 0;
}

static uint64_t round_up(uint64_t number, uint64_t multiple)
{
    return (number + multiple - 1) / multiple * multiple;
}

/* All notes of a segment. Name and text each begin at a multiple of `align`. */
static int read_notes(struct demo_entry *entry, const char *bytes, size_t size,
                      uint64_t align)
{
    for (uint64_t at = 0; at < size && size - at >= sizeof(Elf64_Nhdr);) {
        Elf64_Nhdr head;
        memcpy(&head, bytes + at, sizeof(head));

        /* 32-bit sizes in 64-bit sums: nothing can overflow */
        uint64_t name = at + sizeof(head);
        uint64_t text = round_up(name + head.n_namesz, align);
        if (name + head.n_namesz > size || text + head.n_descsz > size) {
            return -ENOEXEC;
        }
        if (head.n_namesz == sizeof(MP_NOTE_NAME) &&
            memcmp(bytes + name, MP_NOTE_NAME, sizeof(MP_NOTE_NAME)) == 0) {
            int rc = read_note(entry, head.n_type, bytes + text, head.n_descsz);
            if (rc < 0) {
                return rc;
            }
        }
        at = round_up(text + head.n_descsz, align);
    }
    return 0;
}

static int read_segment(struct elf_file *file, const Elf64_Phdr *segment,
                        struct demo_entry *entry)
{
    if (segment->p_filesz > file->notes) {
        return -ENOEXEC;
    }
    file->notes -= segment->p_filesz;
    size_t size = (size_t)segment->p_filesz;
    char *bytes = malloc(size + 1);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    int rc = read_at(file, segment->p_offset, bytes, size);
    if (rc == 0) {
        rc = read_notes(entry, bytes, size, segment->p_align == 8 ? 8 : 4);
    }
    free(bytes);
    return rc;
}

static bool is_native_program(const Elf64_Ehdr *head)
{
    return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
           head->e_ident[EI_CLASS] == ELFCLASS64 &&
           head->e_ident[EI_DATA] == ELFDATA2LSB && head->e_machine == NATIVE_MACHINE &&
           (head->e_type == ET_EXEC || head->e_type == ET_DYN) &&
           head->e_phentsize == sizeof(Elf64_Phdr);
}

static int read_program(struct elf_file *file, struct demo_entry *entry)
{
    Elf64_Ehdr head;
    int rc = read_at(file, 0, &head, sizeof(head));

    if (rc == 0 && !is_native_program(&head)) {
        rc = -ENOEXEC;
    }
    for (unsigned i = 0; rc == 0 && i < head.e_phnum; i++) {
        Elf64_Phdr segment;
        uint64_t offset = i * sizeof(segment);

        /* e_phoff may be anything: the sum must not wrap round */
        rc = head.e_phoff <= file->size
                 ? read_at(file, head.e_phoff + offset, &segment, sizeof(segment))
                 : -ENOEXEC;
        if (rc == 0 && segment.p_type == PT_NOTE) {
            rc = read_segment(file, &segment, entry);
        }
    }
    return rc;
}

int demo_entry_read(const char *path, struct demo_entry *entry)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    int rc;

    memset(entry, 0, sizeof(*entry));
    if (fd < 0) {
        return -errno;
    }
    if (fstat(fd, &status) < 0) {
        rc = -errno;
    } else if (!S_ISREG(status.st_mode)) {
        rc = -ENOEXEC;
    } else {
        struct elf_file file = {
            .fd = fd, .size = (uint64_t)status.st_size, .notes = NOTES_MOST};
        rc = read_program(&file, entry);
    }
    close(fd);
    if (rc < 0) {
        memset(entry, 0, sizeof(*entry));
    }
    return rc;
}
