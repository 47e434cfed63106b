// SPDX-License-Identifier: MIT
/*
 * Sharing out rows: first the least for each, by rank; then up to what is good, a row each
 * in turn; then the same up to the most.
 */
#include "screen/layout.h"

enum { PANELS = 12, SMALL = 5 };

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
            if (places[i].panel->rank == rank && places[i].panel->late == late) {
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
        places[i] =
            (struct place){.panel = panels[i], .wish = panels[i]->rows(view, area->cols)};
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
        if (places[i].rows == 0) {
            continue;
        }
        char legend[TEXT_SIZE] = "";
        struct area body = {area->top + row + 1, area->left, places[i].rows, area->cols};
        if (panels[i]->legend != NULL) {
            panels[i]->legend(view, &body, legend, sizeof(legend));
        }
        put_rule(area, row, panels[i]->name(view), legend);
        panels[i]->draw(view, &body);
        row += places[i].rows + 1;
    }
    return row;
}
