# SPDX-License-Identifier: MIT
#
# Makes the manual page of mp from its headers: comments are its text, declarations stand
# as they are.
/clang-format o/ { next }

function text(line) { gsub(/\\/, "\\e", line); sub(/^[.']/, "\\\\\\&&", line); return line }
function nofill() { if (!plain) print ".nf"; plain = 1 }
function fill() { if (plain) print ".fi"; plain = 0 }
BEGIN {
    print ".TH MP 3 \"\" forklab\n.SH NAME\nmp \\- multiprocessing for C"
    print ".SH SYNOPSIS\n.nf\n#include <mp.h>\n#include <demo.h>\n"
    print "cc -c $(pkg-config --cflags forklab-mp) my.c"
    print "cc -o my my.o $(pkg-config --libs forklab-mp)\n.fi\n.SH DESCRIPTION"
}
FNR == 1 { fill(); name = FILENAME; sub(/.*\//, "", name); print ".SS " name }
/^\/\/ SPDX/ || /^#(ifndef|define|endif|include|if|else)/ && !/\(/ { next }
/^\/\* --- / { fill(); sub(/^\/\* --- /, ""); sub(/ -+ \*\/.*/, ""); print ".SS " text($0); next }
/^[ \t]*$/ { if (!comment) print ""; next }
!comment && /^\/\*/ { fill(); print ".PP"; comment = 1; sub(/^\/\*+[ ]?/, "") }
comment {
    last = /\*\//
    sub(/[ ]*\*\/.*$/, ""); sub(/^ \* ?/, ""); sub(/^   /, "")
    if (/^ *\*?$/) { fill(); print ".PP" }
    else { if (/^   /) nofill(); else fill(); print text($0) }
    if (last) { comment = 0; fill() }
    next
}
{ nofill(); print text($0) }
END { fill(); print ".SH SEE ALSO\n.BR lab (1)" }
