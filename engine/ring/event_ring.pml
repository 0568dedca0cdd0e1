/* The hand-off protocol of engine/ring/event_ring.hpp and of the group loop in engine/pipeline/pipeline.cpp, for Spin.
 * One writer, GROUPS consumer groups in a chain, SLOTS slots, batches of BATCH, the writer's cached gate, the look-ahead
 * rule (the writer may wait for any earlier event to have passed) and the stop of the threads.
 * Checked in every interleaving: no slot is overwritten before the last group is done with it; each group works on each
 * event once, in order, after the group before it; the stop loses nothing; nobody waits for ever (no invalid end state).
 * Every step is a step of the memory order: a mark is stored with release after the data, so they are seen in that order.
 * The defines LATE_DATA, EARLY_CLAIM, EARLY_FINISH, HASTY_STOP and LATE_FINISH each put one fault in; the check must then fail
 * (tests/property/ring/model_test.sh). */
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef GROUPS
#define GROUPS 2
#endif
#ifndef BATCH
#define BATCH 2
#endif
#ifndef EVENTS
#define EVENTS 6
#endif

byte mark[SLOTS * GROUPS]; /* mark[slot, group]: the event published for the group */
byte data[SLOTS];          /* the event that the writer put into the slot */
byte passed[SLOTS];        /* how many groups worked on it */
byte gate;                 /* the last event that the last group finished */
bool stopping;

#define AT(s) ((s) % SLOTS)
#define READY(g, s) (mark[AT(s) * GROUPS + (g)] == (s))

active proctype writer() {
  byte seq = 1, cached = 0, ahead;
  do
  :: seq <= EVENTS ->
#ifndef EARLY_CLAIM
     if
     :: seq <= cached + SLOTS
     :: else -> seq <= gate + SLOTS -> cached = gate /* claim(): waits while the ring is full */
     fi;
#endif
     ahead = seq - 1; /* wait_passed(): for any event before, or for none */
     do
     :: ahead > 0 -> ahead--
     :: break
     od;
     gate >= ahead;
#ifdef LATE_DATA
     mark[AT(seq) * GROUPS] = seq;
#endif
     assert(seq <= SLOTS || passed[AT(seq)] == GROUPS); /* nobody needs the old content any more */
     d_step { data[AT(seq)] = seq; passed[AT(seq)] = 0 };
#ifndef LATE_DATA
     mark[AT(seq) * GROUPS] = seq; /* publish() */
#endif
     seq++
  :: else -> break
  od;
#ifndef HASTY_STOP
  gate >= EVENTS; /* quiesce() */
#endif
  stopping = true
}

proctype group(byte g) {
  byte next = 1, end;
  do
  :: READY(g, next) || stopping ->
     if
     :: READY(g, next) ->
        end = next;
        do
        :: assert(data[AT(end)] == end && passed[AT(end)] == g);
#ifdef EARLY_FINISH
           if
           :: g + 1 < GROUPS -> mark[AT(end) * GROUPS + g + 1] = end
           :: else -> gate = end
           fi;
#endif
           assert(data[AT(end)] == end); /* the slot is still ours while we work on it */
           passed[AT(end)] = g + 1;
           end++;
           if
#ifdef LATE_FINISH
           :: end - next >= BATCH -> break
           :: else -> READY(g, end) || stopping -> if :: READY(g, end) -> skip :: else -> break fi
#else
           :: end - next >= BATCH || !READY(g, end) -> break
           :: else -> skip
#endif
           fi
        od;
        do
        :: next < end ->
           if
           :: g + 1 < GROUPS -> mark[AT(next) * GROUPS + g + 1] = next
           :: else -> gate = next
           fi;
           next++
        :: else -> break
        od
     :: else -> break
     fi
  od;
  assert(next == EVENTS + 1) /* nothing lost, nothing repeated */
}

init {
  byte g = 0;
  atomic {
    do
    :: g < GROUPS -> run group(g); g++
    :: else -> break
    od
  }
}
