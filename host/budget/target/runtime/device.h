/* The device that a guest runs on, as the harness lays it down in memory before the run; and what the run leaves behind. */
#ifndef DEVICE_H_
#define DEVICE_H_

#include <stdint.h>

#include "abi.h"

#define DEVICE_MAGIC 0x45564254u

#define OPERATIONS_MAX 65536u
#define COUNTERS 8u
#define RETAINED RETAINED_ALL
#define PERMISSIONS 8192u
#define MAY_READ 1u
#define MAY_WRITE 2u

typedef struct {
  uint32_t offset, size;
} region_t;

typedef struct {
  uint32_t magic;
  uint32_t flash_size, erased_word, program_min, program_max, program_rule;
  region_t slots[2], record, keys;
  uint32_t attempts, counter_max, reset_cause;
  uint32_t counters[COUNTERS], retained[RETAINED];
  /* The second at which the clock stands; bits 1 << MAIN_ number. */
  uint32_t clock, inputs;
  /* What boot may do with each 256 bytes. */
  uint8_t permissions[PERMISSIONS];
  uint32_t sector_count;
  region_t sectors[];
} device_t;

enum { END_NONE, END_JUMPED, END_HALTED, END_RETURNED, END_READ_FAULT, END_TRAPPED, END_RESET };

typedef struct {
  uint32_t kind, first, size, value;
} operation_t;

typedef struct {
  uint32_t magic, end_kind, end_value, operation_count;
  uint32_t counters[COUNTERS], retained[RETAINED];
  operation_t operations[OPERATIONS_MAX];
} result_t;

extern device_t *const device;
extern uint32_t *const flash;
extern result_t *const result;
/* One for each unit of the smallest program: times that the run programmed it; 0 also where nothing did. */
extern uint8_t *const marks;

_Noreturn void finish(uint32_t kind, uint32_t value);

#endif
