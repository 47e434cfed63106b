// SPDX-License-Identifier: MIT
// Tests of what the tests of exports stand on: good files are taken, broken ones are not.
#include "suite.h"
#include "wellformed.h"

#include <check.h>
#include <string.h>

static bool is_json(const char *text)
{
    char why[200];
    struct json *json = json_read(text, strlen(text), why, sizeof why);
    json_free(json);
    return json != NULL;
}

START_TEST(json_is_taken)
{
    static const char *const good[] = {
        "{}",
        " [ ] ",
        "[1,2]",
        "{\"a\":[{\"b\":null}],\"c\":true}",
        "\"\\u001b[2J\\n\"",
        "-0.5",
        "1e+20",
        "0",
        "\"\xc3\xa4\xef\xbf\xbd\"",
        "false",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(is_json(good[i]), "%s", good[i]);
    }
}
END_TEST

START_TEST(what_is_no_json_is_not_taken)
{
    static const char *const bad[] = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "{\"a\"}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "nan",
        "inf",
        "\"a",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\xff\"",
        "[] []",
        "\"\xc3\"",
        "{\"a\":1,\"a\":2}",
        "\"\xc0\x80\"",
        "'a'",
        "[1,,2]",
        "-",
        "\"\x1b\"",
        "tru",
        "\"\\ud800\"",
        "\"\xed\xa0\x80\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!is_json(bad[i]), "%s", bad[i]);
    }
}
END_TEST

START_TEST(json_is_looked_into)
{
    static const char text[] = "{\"name\":\"a\\\"b\",\"n\":-2.5,\"list\":[1,\"x\",{}]}";
    char why[200];
    struct json *json = json_read(text, strlen(text), why, sizeof why);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json_text(json, "name"), "a\"b");
    ck_assert(json_number(json, "n") == -2.5);
    const struct json *list = json_get(json, "list");
    ck_assert_uint_eq(list->count, 3);
    ck_assert_str_eq(list->children[1].text, "x");
    ck_assert_int_eq(list->children[2].kind, JSON_OBJECT);
    ck_assert_ptr_null(json_get(json, "nothing"));
    json_free(json);
}
END_TEST

static bool is_xml(const char *text)
{
    char why[200];
    return xml_is_good(text, strlen(text), why, sizeof why);
}

START_TEST(xml_is_taken)
{
    static const char *const good[] = {
        "<a/>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1\" c=\"&lt;\"><b>x &amp; y</b></a>\n",
        "<a>\xc3\xa4 \xe2\x80\xa6 \xef\xbf\xbd</a>",
        "<a>&gt;&quot;</a>",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(is_xml(good[i]), "%s", good[i]);
    }
}
END_TEST

START_TEST(what_is_no_xml_is_not_taken)
{
    static const char *const bad[] = {
        "",
        "text",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a>&</a>",
        "<a>&nbsp;</a>",
        "<a b=1/>",
        "<a b=\"<\"/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>\x1b</a>",
        "<a>\xff</a>",
        "<a>\xef\xbf\xbe</a>",
        "<a>]]></a>",
        "<a><</a>",
        "<a/>x",
        "</a>",
        "<a b=\"1></a>",
        "<a b=\"&\"/>",
        "<a>\xed\xa0\x80</a>",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!is_xml(bad[i]), "%s", bad[i]);
    }
}
END_TEST

START_TEST(csv_is_taken)
{
    static const char text[] = "a,b\r\n\"x,\"\"y\"\"\r\nz\",\r\n1,\"\"\r\n";
    char why[200];
    struct csv *csv = csv_read(text, strlen(text), why, sizeof why);
    ck_assert_ptr_nonnull(csv);
    ck_assert_uint_eq(csv->rows, 3);
    ck_assert_uint_eq(csv->columns, 2);
    ck_assert_str_eq(csv_field(csv, 0, 1), "b");
    ck_assert_str_eq(csv_field(csv, 1, 0), "x,\"y\"\r\nz");
    ck_assert_str_eq(csv_field(csv, 1, 1), "");
    ck_assert_str_eq(csv_field(csv, 2, 0), "1");
    csv_free(csv);
}
END_TEST

START_TEST(what_is_no_csv_is_not_taken)
{
    static const char *const bad[] = {
        "a,b",     "a,b\n",    "a,b\r\nc\r\n", "a\r\nb,c\r\n",
        "\"a\r\n", "a\"b\r\n", "\"a\"b\r\n",   "a,b\r\nc,\"d\r\n",
    };
    char why[200];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct csv *csv = csv_read(bad[i], strlen(bad[i]), why, sizeof why);
        ck_assert_msg(csv == NULL, "%s", bad[i]);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = json_is_taken},
        {.test = what_is_no_json_is_not_taken},
        {.test = json_is_looked_into},
        {.test = xml_is_taken},
        {.test = what_is_no_xml_is_not_taken},
        {.test = csv_is_taken},
        {.test = what_is_no_csv_is_not_taken},
    };
    return suite_run("wellformed", tests, sizeof tests / sizeof *tests);
}
