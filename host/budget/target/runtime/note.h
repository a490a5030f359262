/* What a run writes down of an operation, for whoever compares it with the simulated device's log; each file that includes it has its own. */
#ifndef NOTE_H_
#define NOTE_H_

#include "device.h"

/* What stands for the part itself: on hardware its flash controller does it, so nothing of it counts as executed. */
#define PART __attribute__((noinline))

PART static void part_note(uint32_t kind, uint32_t first, uint32_t size, uint32_t value) {
  if (result->operation_count == OPERATIONS_MAX) finish(END_TRAPPED, NOWHERE);
  operation_t *operation = &result->operations[result->operation_count++];
  operation->kind = kind;
  operation->first = first;
  operation->size = size;
  operation->value = value;
}

#endif
