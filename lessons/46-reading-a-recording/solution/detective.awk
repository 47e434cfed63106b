# SPDX-License-Identifier: MIT
# Each step of a recording at which a process wrote over something else than what it had read:
#     awk -F '\t' -f detective.awk case.rec
$5 == "read" { read[$4] = $8 }
$5 == "write" && $6 == "did" && substr($8, 5) != read[$4] { print "step", $1, $4 }
