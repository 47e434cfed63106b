// SPDX-License-Identifier: MIT
/*
 * Sharing out rows: first the least for each, by rank; then up to what is good, a row each
 * in turn; then the same up to the most.
 */
#include "screen/layout.h"

#include "screen/glyphs.h"

enum { PANELS = 12, SMALL = 5 };

/* What the stacks of this frame have: Tab goes round these. */
static struct {
    const struct panel *panel;
    bool shown;
} seen[PANELS];
static size_t seen_count;

/* A place in the stack: rows 0 means that it is left out. */
struct place {
    const struct panel *panel;
    struct panel_rows wish;
    int rows;
};

static int admit(struct place *place, int rows)
{
    if (place->rows == 0 && place->wish.least > 0 && place->wish.least < rows) {
        place->rows = place->wish.least;
        rows -= place->rows + 1;
    }
    return rows;
}

static int admit_by_rank(struct place *places, size_t count, int rows, bool late)
{
    for (int rank = 0; rank < PANELS; rank++) {
        for (size_t i = 0; i < count; i++) {
            const struct panel *panel = places[i].panel;
            if (panel != NULL && panel->rank == rank && panel->late == late) {
                rows = admit(&places[i], rows);
            }
        }
    }
    return rows;
}

/* A row each in turn, to those that are shown and wish for more. */
static int grow(struct place *places, size_t count, int rows, bool most)
{
    for (bool grown = true; rows > 0 && grown;) {
        grown = false;
        for (size_t i = 0; i < count && rows > 0; i++) {
            int wish = most ? places[i].wish.most : places[i].wish.good;
            if (places[i].rows > 0 && places[i].rows < wish) {
                places[i].rows++;
                rows--;
                grown = true;
            }
        }
    }
    return rows;
}

static void share_out(const struct panel *const panels[], size_t count,
                      const struct view *view, const struct area *area,
                      struct place *places)
{
    int rows = area->rows;

    for (size_t i = 0; i < count; i++) {
        places[i] = (struct place){.panel = panels[i]};
        if (panels[i] != NULL) {
            places[i].wish = panels[i]->rows(view, area->cols);
        }
    }
    rows = admit_by_rank(places, count, rows, false);
    rows = grow(places, count, rows, false);
    rows = admit_by_rank(places, count, rows, true);
    rows = grow(places, count, rows, false);
    grow(places, count, rows, true);
}

bool layout_shows(const struct panel *const panels[], size_t count,
                  const struct panel *panel, const struct view *view,
                  const struct area *area)
{
    struct place places[PANELS];

    if (area->rows < SMALL) {
        return panel == panels[0];
    }
    share_out(panels, count, view, area, places);
    for (size_t i = 0; i < count; i++) {
        if (places[i].panel == panel) {
            return places[i].rows > 0;
        }
    }
    return false;
}

void layout_begin(void)
{
    seen_count = 0;
}

const struct panel *layout_panel(size_t index, bool *shown)
{
    *shown = index < seen_count && seen[index].shown;
    return index < seen_count ? seen[index].panel : NULL;
}

static void note(const struct panel *panel, bool shown)
{
    if (panel != NULL && seen_count < PANELS) {
        seen[seen_count].panel = panel;
        seen[seen_count++].shown = shown;
    }
}

int layout_scroll(int wish, int total, int rows)
{
    int most = total > rows ? total - rows : 0;

    return wish < 0 ? 0 : wish < most ? wish : most;
}

/* Draws the rule; the panel itself goes below it. */
static struct area draw_rule(const struct panel *panel, const struct view *view,
                             const struct area *area, int row, int rows)
{
    char legend[TEXT_SIZE] = "";
    struct area body = {area->top + row + 1, area->left, rows, area->cols};

    if (panel->legend != NULL) {
        panel->legend(view, &body, legend, sizeof(legend));
    }
    put_rule(area, row, panel->name(view), legend);
    if (panel == view->panel) {
        put(area, row, 0, STYLE_STRONG, glyph(GLYPH_HERE));
    }
    return body;
}

int layout_full(const struct panel *panel, const struct view *view,
                const struct area *area)
{
    struct area body = draw_rule(panel, view, area, 0, area->rows - 1);

    if (panel->full != NULL) {
        return panel->full(view, &body);
    }
    panel->draw(view, &body);
    return NO_SCROLL;
}

int layout_stack(const struct panel *const panels[], size_t count,
                 const struct view *view, const struct area *area)
{
    struct place places[PANELS];
    int row = 0;

    /* no room for a rule: the first panel alone */
    if (area->rows < SMALL) {
        panels[0]->draw(view, area);
        return area->rows;
    }
    share_out(panels, count, view, area, places);
    for (size_t i = 0; i < count; i++) {
        note(panels[i], places[i].rows > 0);
        if (places[i].rows == 0) {
            continue;
        }
        struct area body = draw_rule(panels[i], view, area, row, places[i].rows);
        panels[i]->draw(view, &body);
        row += places[i].rows + 1;
    }
    return row;
}
