// SPDX-License-Identifier: MIT
// The fixture around each test: what a test, or the program under it, leaves behind fails
// the test. suite_run() puts it around every test; nobody else needs to call it.
#pragma once

// Makes the test process the reaper of its orphans (so that nothing can slip away by a
// double fork) and notes what there is: descriptors, threads, shared memory objects.
// Descriptors that were open before are closed at exec from here on, so that programs
// under test inherit only what a test gives them. Signals get their standard actions:
// Check's own handlers would otherwise be inherited by whatever a test forks.
void leaks_setup(void);

// Fails the test, naming each, if there are child processes (running or zombie),
// descriptors, threads or objects in /dev/shm that were not there at the setup. Processes
// are killed first. (The modes of a program's terminal: see terminal_modes.)
//
// A test that kills a parent on purpose adopts its orphans: it says so by waiting for
// them with proc_wait_gone() or proc_wait_session(), which reap them.
void leaks_teardown(void);
