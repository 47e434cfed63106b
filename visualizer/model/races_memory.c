// SPDX-License-Identifier: MIT
/*
 * Who accessed which bytes last, and whether the next one comes after it.
 *
 * Memory is looked at in blocks of eight bytes. A block has parts: bytes that have always been
 * accessed together, so one for an int, and eight at most. Of each part the last write is kept,
 * and since then the last read of each process. A write that comes after them all takes their
 * place: who comes after it comes after them.
 */
#include "model/races_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 8,        /* bytes */
    PARTS = 8,        /* of a block, at most */
    COPY_MOST = 4096, /* bytes of a copy that are looked at */
    BLOCKS_MOST = 1 << 18,
    FIRST_ROOM = 256,
};

/* --- blocks ---------------------------------------------------------------------------------- */

static struct block *block_in(struct block *blocks, size_t room, uint32_t number)
{
    size_t at = number * (size_t)2654435761u & (room - 1);
    while (blocks[at].number != 0 && blocks[at].number != number) {
        at = (at + 1) & (room - 1);
    }
    return &blocks[at];
}

static bool more_blocks(struct races *races)
{
    size_t room = races->block_room == 0 ? FIRST_ROOM : 2 * races->block_room;
    struct block *blocks = calloc(room, sizeof *blocks);
    if (blocks == NULL) {
        return false;
    }
    for (size_t i = 0; i < races->block_room; i++) {
        if (races->blocks[i].number != 0) {
            *block_in(blocks, room, races->blocks[i].number) = races->blocks[i];
        }
    }
    free(races->blocks);
    races->blocks = blocks;
    races->block_room = room;
    return true;
}

/* NULL: there is no memory for one more, or there are too many. */
static struct block *block_at(struct races *races, uint32_t number)
{
    if (races->block_room == 0 && !more_blocks(races)) {
        return NULL;
    }
    struct block *block = block_in(races->blocks, races->block_room, number);
    if (block->number == number) {
        return block;
    }
    if (races->block_count >= BLOCKS_MOST) {
        return NULL;
    }
    if (2 * races->block_count >= races->block_room) {
        if (!more_blocks(races)) {
            return NULL;
        }
        block = block_in(races->blocks, races->block_room, number);
    }
    block->number = number;
    races->block_count++;
    return block;
}

static void empty_block(struct block *block)
{
    for (unsigned i = 0; i < block->part_count; i++) {
        free(block->parts[i].reads);
        block->parts[i] = (struct part){.bytes = 0};
    }
    block->part_count = 0;
    if (block->pieces != NULL) {
        for (unsigned i = 0; i < BLOCK; i++) {
            free(block->pieces[i].clock.at);
        }
        free(block->pieces);
        block->pieces = NULL;
    }
}

/* Those that lie in it at least in part: what was freed is nobody's. */
void memory_forget(struct races *races, uint32_t offset, uint64_t size)
{
    for (size_t i = 0; i < races->block_room && size > 0; i++) {
        struct block *block = &races->blocks[i];
        uint64_t begin = ((uint64_t)block->number - 1) * BLOCK;
        if (block->number != 0 && begin < offset + size && begin + BLOCK > offset) {
            empty_block(block);
        }
    }
}

void memory_free(struct races *races)
{
    for (size_t i = 0; i < races->block_room; i++) {
        empty_block(&races->blocks[i]);
        free(races->blocks[i].parts);
    }
    free(races->blocks);
}

/* --- parts ----------------------------------------------------------------------------------- */

/* Takes these bytes out of a part, as a part of their own with the same past. */
static bool split(struct block *block, struct part *part, uint8_t bytes)
{
    struct part *new = &block->parts[block->part_count];
    struct seen *reads = NULL;
    if (part->read_count > 0) {
        reads = calloc(part->read_count, sizeof *reads);
        if (reads == NULL) {
            return false;
        }
        memcpy(reads, part->reads, part->read_count * sizeof *reads);
    }
    *new = *part;
    new->reads = reads;
    new->read_room = new->read_count;
    new->bytes = bytes;
    part->bytes &= (uint8_t)~bytes;
    block->part_count++;
    return true;
}

static bool fit_parts(struct block *block, unsigned count)
{
    if (count <= block->part_room) {
        return true;
    }
    count = count > 1 ? PARTS : 1; /* most blocks have one */
    struct part *parts = reallocarray(block->parts, count, sizeof *parts);
    if (parts == NULL) {
        return false;
    }
    block->parts = parts;
    block->part_room = (uint8_t)count;
    return true;
}

/* Afterwards these bytes are whole parts. Eight are enough: each has a byte at least. */
static bool make_parts(struct block *block, uint8_t bytes)
{
    uint8_t left = bytes;
    unsigned count = block->part_count;
    unsigned more = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t common = block->parts[i].bytes & bytes;
        left &= (uint8_t)~common;
        more += common != 0 && common != block->parts[i].bytes;
    }
    more += left != 0;
    if (more == 0) {
        return true;
    }
    if (!fit_parts(block, count + more)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        struct part *part = &block->parts[i];
        uint8_t common = part->bytes & bytes;
        if (common != 0 && common != part->bytes && !split(block, part, common)) {
            return false;
        }
    }
    if (left != 0) {
        block->parts[block->part_count++] = (struct part){.bytes = left};
    }
    return true;
}

static bool remember_read(struct part *part, const struct seen *seen)
{
    for (unsigned i = 0; i < part->read_count; i++) {
        if (part->reads[i].side.process == seen->side.process) {
            part->reads[i] = *seen;
            return true;
        }
    }
    if (part->read_count == part->read_room) {
        unsigned room = part->read_room == 0 ? 2 : 2u * part->read_room;
        room = room > MP_PROCESSES ? MP_PROCESSES : room;
        struct seen *reads = reallocarray(part->reads, room, sizeof *reads);
        if (reads == NULL) {
            return false;
        }
        part->reads = reads;
        part->read_room = (uint8_t)room;
    }
    part->reads[part->read_count++] = *seen;
    return true;
}

/* --- one access ------------------------------------------------------------------------------ */

struct access {
    struct model *model;
    struct races *races;
    struct seen seen;
};

static void compare(const struct access *access, const struct seen *before,
                    uint32_t offset)
{
    const struct race_side *now = &access->seen.side;
    bool both_atomic = before->side.atomic && now->atomic;
    if (before->side.process != now->process && !both_atomic &&
        !order_is_before(access->races, before->side.process, before->epoch,
                         now->process)) {
        races_found(access->model, access->races, offset, &before->side, now);
    }
}

static bool look_at_part(const struct access *access, struct part *part, uint32_t offset)
{
    offset += (uint32_t)__builtin_ctz(part->bytes);
    if (part->written) {
        compare(access, &part->write, offset);
    }
    if (!access->seen.side.writes) {
        return remember_read(part, &access->seen);
    }
    for (unsigned i = 0; i < part->read_count; i++) {
        compare(access, &part->reads[i], offset);
    }
    part->written = true;
    part->write = access->seen;
    part->read_count = 0;
    return true;
}

static bool look_at_block(const struct access *access, uint32_t number, uint8_t bytes)
{
    struct block *block = block_at(access->races, number + 1);
    if (block == NULL || !make_parts(block, bytes)) {
        return false;
    }
    for (unsigned i = 0; i < block->part_count; i++) {
        if ((block->parts[i].bytes & bytes) != 0 &&
            !look_at_part(access, &block->parts[i], number * BLOCK)) {
            return false;
        }
    }
    return true;
}

/* A load takes what the last store gave; an update takes, and gives both on. */
static bool pass_on(struct model *model, struct races *races, const struct happening *h)
{
    struct block *block = block_at(races, h->deed->offset / BLOCK + 1);
    if (block == NULL) {
        return false;
    }
    if (block->pieces == NULL) {
        block->pieces = calloc(BLOCK, sizeof *block->pieces);
    }
    if (block->pieces == NULL) {
        return false;
    }
    if (h->deed->op != MP_OP_WRITE) {
        order_acquire(model, races, h, h->slot, &block->pieces[h->deed->offset % BLOCK]);
    }
    return true;
}

static void give_on(struct model *model, struct races *races, const struct happening *h)
{
    const struct block *block = block_at(races, h->deed->offset / BLOCK + 1);
    if (h->deed->op != MP_OP_READ && block != NULL && block->pieces != NULL) {
        order_release(model, races, h, &block->pieces[h->deed->offset % BLOCK], false);
    }
}

void memory_event(struct model *model, struct races *races, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    bool range = deed->op == MP_OP_READ_RANGE || deed->op == MP_OP_WRITE_RANGE;
    bool update = deed->op == MP_OP_UPDATE;
    bool writes = update || deed->op == MP_OP_WRITE || deed->op == MP_OP_WRITE_RANGE;
    bool atomic = !range && mp_deed_is_atomic(deed);
    uint64_t bytes = mp_deed_bytes(deed);
    bool good = !atomic || pass_on(model, races, h);
    struct access access = {.model = model,
                            .races = races,
                            .seen = {.side = {.process = (uint16_t)h->slot,
                                              .life = model->processes[h->slot].life,
                                              .step = h->step,
                                              .event = model->events,
                                              .place = deed->place,
                                              .writes = writes,
                                              .reads = update || !writes,
                                              .atomic = atomic},
                                     .epoch = order_epoch(model, races, h->slot)}};
    uint64_t end = deed->offset + (bytes < COPY_MOST ? bytes : COPY_MOST);
    end = end < UINT32_MAX - BLOCK ? end : UINT32_MAX - BLOCK;
    for (uint64_t at = deed->offset; good && at < end;) {
        uint64_t next = at / BLOCK * BLOCK + BLOCK;
        unsigned from = (unsigned)(at % BLOCK);
        unsigned count = (unsigned)((next < end ? next : end) - at);
        good = look_at_block(&access, (uint32_t)(at / BLOCK),
                             (uint8_t)(((1u << count) - 1) << from));
        at = next;
    }
    if (atomic) {
        give_on(model, races, h);
    }
    races->blind = races->blind || !good;
}
