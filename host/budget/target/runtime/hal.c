/* The Hal (ABI 1) as a port to a part with memory-mapped flash would have it: reads are loads, an operation is done in the
 * memory that stands for the flash and noted. Faults are the simulator's affair and do not occur here; the statuses are
 * those that the simulated device gives to boot for offsets, sizes, order, permissions and the part's rule. How often a unit was
 * programmed before the run is told from its content: once where it is not erased. What surrounds the device is in surroundings.c. */
#include "hal.h"

#include <string.h>

#include "abi.h"
#include "device.h"
#include "note.h"

#define LATCHES_MAX 512u

static uint32_t latches[LATCHES_MAX / 4];
static uint32_t latch_low = NOWHERE, latch_high;
static uint64_t random_state = 1;

static uint64_t status_of(uint32_t status) { return (uint64_t)status << 32; }

static int may(uint32_t offset, uint32_t what) { return (device->permissions[offset >> 8] & what) != 0; }

static int may_write(uint32_t offset, uint32_t size) {
  for (uint32_t granule = offset >> 8; granule <= (offset + size - 1) >> 8; granule++) {
    if ((device->permissions[granule] & MAY_WRITE) == 0) return 0;
  }
  return 1;
}

/* Content as if erased were all ones. */
static uint8_t normal(uint8_t byte) { return (uint8_t)(byte ^ ~device->erased_word); }

/* Times that a unit of the smallest program was programmed since it was erased. */
static uint32_t programs_of(uint32_t offset) {
  uint32_t size = device->program_min;
  if (marks[offset / size] != 0) return marks[offset / size];
  const uint8_t *unit = (const uint8_t *)flash + offset;
  for (uint32_t at = 0; at < size; at++) {
    if (normal(unit[at]) != 0xff) return 1;
  }
  return 0;
}

static int is_zero(const uint8_t *data, uint32_t size) {
  for (uint32_t at = 0; at < size; at++) {
    if (normal(data[at]) != 0) return 0;
  }
  return 1;
}

/* Whether every unit of a program may take one more. */
static uint32_t rule_status(uint32_t offset, const uint8_t *data, uint32_t size) {
  uint32_t rule = device->program_rule;
  for (uint32_t at = 0; rule != RULE_AND && at < size; at += device->program_min) {
    uint32_t programs = programs_of(offset + at);
    if (programs == 0) continue;
    if (rule == RULE_TWICE) {
      if (programs >= 2) return STATUS_WRITE_LIMIT;
    } else if (rule == RULE_ONCE || !is_zero(data + at, device->program_min)) {
      return STATUS_NOT_ERASED;
    }
  }
  const uint8_t *place = (const uint8_t *)flash + offset;
  for (uint32_t at = 0; at < size; at++) {
    if ((normal(data[at]) & ~normal(place[at])) != 0) return STATUS_NOT_ERASED;
  }
  return STATUS_OK;
}

PART static uint32_t part_program(uint32_t offset, const uint8_t *data, uint32_t size) {
  uint32_t status = rule_status(offset, data, size);
  if (status != STATUS_OK) return status;
  for (uint32_t at = 0; at < size; at += device->program_min) {
    uint32_t programs = programs_of(offset + at);
    marks[(offset + at) / device->program_min] = (uint8_t)(programs < 255 ? programs + 1 : 255);
  }
  memcpy((uint8_t *)flash + offset, data, size);
  return STATUS_OK;
}

PART static void part_erase(const region_t *place) {
  memset((uint8_t *)flash + place->offset, (int)(device->erased_word & 0xff), place->size);
  memset(marks + place->offset / device->program_min, 0, place->size / device->program_min);
}

static uint32_t page_size(void) { return device->program_max > 4 ? device->program_max : 4; }

static void clear_latches(void) {
  for (uint32_t at = 0; at < page_size() / 4; at++) latches[at] = device->erased_word;
}

/* The guest's linear memory from GUEST_START on (run.c). */
extern uint8_t guest_memory[];
typedef uint32_t __attribute__((may_alias)) guest_word;

static uint32_t read_status(uint32_t offset) {
  if ((offset & 3) != 0) return STATUS_MISALIGNED;
  if (offset >= device->flash_size) return STATUS_OUT_OF_RANGE;
  return may(offset, MAY_READ) ? STATUS_OK : STATUS_DENIED;
}

uint64_t hal_tryRead32(uint32_t offset) {
  uint32_t status = read_status(offset);
  return status != STATUS_OK ? status_of(status) : flash[offset >> 2];
}

/* A load and a store for each word; what may be read is asked once for each 256 bytes. */
uint32_t hal_readWords(uint32_t offset, uint32_t address, uint32_t words) {
  if (words == 0) return STATUS_OK;
  if ((address & 3) != 0) return STATUS_MISALIGNED;
  guest_word *to = (guest_word *)(guest_memory - GUEST_START + address);
  while (words > 0) {
    uint32_t status = read_status(offset);
    if (status != STATUS_OK) return status;
    uint32_t some = (256 - (offset & 255)) / 4;
    if (some > words) some = words;
#ifdef GUEST_CHECKED
    if (address < GUEST_START || address + some * 4 > GUEST_END) finish(END_TRAPPED, NOWHERE);
    address += some * 4;
#endif
    /* Volatile: no memcpy, whose accesses are its own affair. */
    for (const volatile uint32_t *from = flash + (offset >> 2), *end = from + some; from < end;) *to++ = *from++;
    offset += some * 4;
    words -= some;
  }
  return STATUS_OK;
}

uint32_t hal_read32(uint32_t offset) {
  uint64_t answer = hal_tryRead32(offset);
  if (answer >> 32 != 0) finish(END_READ_FAULT, offset);
  return (uint32_t)answer;
}

uint32_t hal_latch32(uint32_t offset, uint32_t word) {
  if ((offset & 3) != 0) return STATUS_MISALIGNED;
  if (offset >= device->flash_size) return STATUS_OUT_OF_RANGE;
  uint32_t page = page_size();
  if (latch_low != NOWHERE && ((latch_low ^ offset) & ~(page - 1)) != 0) return STATUS_OUT_OF_ORDER;
  if (latch_low == NOWHERE) clear_latches();
  latches[(offset & (page - 1)) >> 2] = word;
  if (latch_low == NOWHERE || offset < latch_low) latch_low = offset;
  if (latch_high < offset) latch_high = offset;
  return STATUS_OK;
}

static uint32_t program_status(uint32_t offset, uint32_t size) {
  if (size < device->program_min || size > device->program_max || (size & (size - 1)) != 0) return STATUS_BAD_SIZE;
  if ((offset & (size - 1)) != 0) return STATUS_MISALIGNED;
  if (offset >= device->flash_size || size > device->flash_size - offset) return STATUS_OUT_OF_RANGE;
  if (!may_write(offset, size)) return STATUS_DENIED;
  if (latch_low != NOWHERE && (latch_low < (offset & ~3u) || latch_high >= offset + size)) return STATUS_OUT_OF_ORDER;
  return STATUS_OK;
}

uint32_t hal_program(uint32_t offset, uint32_t size) {
  uint32_t status = program_status(offset, size);
  if (status == STATUS_OK) {
    if (latch_low == NOWHERE) clear_latches();
    status = part_program(offset, (const uint8_t *)latches + (offset & (page_size() - 1)), size);
  }
  part_note(OP_PROGRAM | status << 8, offset, size, 0);
  latch_low = NOWHERE;
  latch_high = 0;
  return status;
}

static uint32_t sector_at(uint32_t offset) {
  uint32_t low = 0, high = device->sector_count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (device->sectors[middle].offset <= offset) low = middle;
    else high = middle;
  }
  return low;
}

uint32_t hal_erase(uint32_t offset) {
  uint32_t status = STATUS_OK;
  if (offset >= device->flash_size) status = STATUS_OUT_OF_RANGE;
  else if (!may(offset, MAY_WRITE)) status = STATUS_DENIED;
  if (status != STATUS_OK) {
    part_note(OP_ERASE | status << 8, offset, 0, 0);
    return status;
  }
  uint32_t sector = sector_at(offset);
  const region_t *place = &device->sectors[sector];
  if (place->offset != offset) status = STATUS_MISALIGNED;
  else if (!may_write(place->offset, place->size)) status = STATUS_DENIED;
  if (status != STATUS_OK) {
    part_note(OP_ERASE | status << 8, offset, 0, 0);
    return status;
  }
  part_erase(place);
  part_note(OP_ERASE, place->offset, place->size, sector);
  return STATUS_OK;
}

uint64_t hal_counterRead(uint32_t id) {
  return id < COUNTERS ? result->counters[id] : status_of(STATUS_NO_SUCH_COUNTER);
}

uint32_t hal_counterAdvance(uint32_t id, uint32_t value) {
  uint32_t status = STATUS_OK;
  if (id >= COUNTERS) status = STATUS_NO_SUCH_COUNTER;
  else if (value < result->counters[id]) status = STATUS_COUNTER_BACKWARDS;
  if (status == STATUS_OK && result->counters[id] == value) return STATUS_OK;
  if (status == STATUS_OK && value > device->counter_max) status = STATUS_FULL;
  if (status == STATUS_OK) result->counters[id] = value;
  part_note(OP_COUNTER | status << 8, id, 0, value);
  return status;
}

uint64_t hal_receive32(uint32_t offset) {
  (void)offset;
  return status_of(STATUS_NOTHING_OFFERED);
}

uint32_t hal_retainedRead(uint32_t index) { return index < RETAINED ? result->retained[index] : 0; }

void hal_retainedWrite(uint32_t index, uint32_t word) {
  if (index >= RETAINED || result->retained[index] == word) return;
  result->retained[index] = word;
  part_note(OP_RETAINED, index, 0, word);
}

static uint32_t sector_info(uint32_t field, uint32_t index) {
  if (field == INFO_SECTOR_AT) return index < device->flash_size ? sector_at(index) : NOWHERE;
  if (index >= device->sector_count) return NOWHERE;
  return field == INFO_SECTOR_SIZE ? device->sectors[index].size : device->sectors[index].offset;
}

uint32_t hal_info(uint32_t field, uint32_t index) {
  switch (field) {
    case INFO_ABI: return ABI_VERSION;
    case INFO_FLASH_SIZE: return device->flash_size;
    case INFO_SECTOR_COUNT: return device->sector_count;
    case INFO_SECTOR_OFFSET:
    case INFO_SECTOR_SIZE:
    case INFO_SECTOR_AT: return sector_info(field, index);
    case INFO_PROGRAM_MIN: return device->program_min;
    case INFO_PROGRAM_MAX: return device->program_max;
    case INFO_ERASED_WORD: return device->erased_word;
    case INFO_PROGRAM_RULE: return device->program_rule;
    case INFO_RESET_CAUSE: return device->reset_cause;
    case INFO_OFFER_COUNT: return 0;
    case INFO_SLOT_OFFSET: return index > 1 ? NOWHERE : device->slots[index].offset;
    case INFO_SLOT_SIZE: return index > 1 ? NOWHERE : device->slots[index].size;
    case INFO_RECORD_OFFSET: return device->record.offset;
    case INFO_RECORD_SIZE: return device->record.size;
    case INFO_KEYS_OFFSET: return device->keys.offset;
    case INFO_KEYS_SIZE: return device->keys.size;
    case INFO_ATTEMPTS: return device->attempts;
    case INFO_COUNTER_MAX: return device->counter_max;
    case INFO_RETAINED_COUNT: return RETAINED;
    case INFO_SCRATCH_SIZE: return SCRATCH_SIZE;
    case INFO_KEY_SLOT_SIZE: return KEY_SLOT_SIZE;
    case INFO_LINK_MAX: return LINK_MAX;
    case INFO_LINK_FRAME: return LINK_MAX;
    default: return NOWHERE;
  }
}

void hal_jump(uint32_t offset) { finish(END_JUMPED, offset); }

void hal_halt(uint32_t reason) { finish(END_HALTED, reason); }

void hal_watchdogStart(uint32_t millis) { (void)millis; }

void hal_feed(void) {}

/* SplitMix64, upper half, as the simulated device has it (Steele, Lea, Flood 2014). */
uint32_t hal_random32(void) {
  uint64_t z = random_state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) >> 32);
}

void hal_event(uint32_t code, uint32_t value) { part_note(OP_EVENT, code, 0, value); }

/* A phase is told to whoever counts instructions by which of these is executed. */
#define MARK(n) \
  __attribute__((noinline, used)) void phase_mark_##n(void) { __asm__ volatile("" ::: "memory"); }
MARK(0)
MARK(1)
MARK(2)
MARK(3)
MARK(4)
MARK(5)

void hal_phase(uint32_t id) {
  switch (id) {
    case PHASE_PARSE: phase_mark_1(); break;
    case PHASE_HASH: phase_mark_2(); break;
    case PHASE_SIGNATURE: phase_mark_3(); break;
    case PHASE_DECIDE: phase_mark_4(); break;
    case PHASE_RECORD: phase_mark_5(); break;
    default: phase_mark_0(); break;
  }
}
