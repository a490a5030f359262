/* The firmware's part: takes what is offered into the other slot, puts it on trial, and confirms it once its self-test is good. */
#define EVERBOOT_IMPLEMENTATION
#include "everboot.h"
#include "record.h"

#define CHUNK 512u
#define VERSION 20u /* in an image's header, two words */

static uint32_t running_slot(void) {
  uint32_t booted = everboot_info(EVERBOOT_INFO_BOOTED_OFFSET, 0);
  uint32_t offset = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, 0);
  return booted - offset < everboot_info(EVERBOOT_INFO_SLOT_SIZE, 0) ? 0 : 1;
}

static uint32_t received(uint32_t offset) { return (uint32_t)everboot_receive32(offset); }

/* The offered image that is linked for a slot (ROM_FIXED), or that may run anywhere. */
static uint32_t offer_for(uint32_t slot) {
  uint32_t count = everboot_info(EVERBOOT_INFO_OFFER_COUNT, 0);
  for (uint32_t index = 0; index < count; index++) {
    uint32_t at = everboot_info(EVERBOOT_INFO_OFFER_OFFSET, index);
    if ((received(at + 16) & 0x100) == 0 || received(at + 4) == everboot_info(EVERBOOT_INFO_SLOT_OFFSET, slot)) return index;
  }
  return EVERBOOT_NOWHERE;
}

/* Whether an offer is of the version that stands in a slot. */
static int is_version_of(uint32_t slot, uint32_t offer) {
  uint32_t offered = everboot_info(EVERBOOT_INFO_OFFER_OFFSET, offer) + VERSION;
  uint32_t own = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, slot) + VERSION;
  for (uint32_t word = 0; word < 8; word += 4)
    if (everboot_try_read32(own + word) != received(offered + word)) return 0;
  return 1;
}

/* Erases a slot, writes an offer into it, and reads it back: nothing else may be put on trial. */
static int install(uint32_t slot, uint32_t offer) {
  uint32_t from = everboot_info(EVERBOOT_INFO_OFFER_OFFSET, offer), size = everboot_info(EVERBOOT_INFO_OFFER_SIZE, offer);
  uint32_t to = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, slot);
  if (flash_erase(to, everboot_info(EVERBOOT_INFO_SLOT_SIZE, slot)) != EVERBOOT_OK) return 0;
  for (uint32_t at = 0; at < size; at += CHUNK) {
    uint32_t chunk[CHUNK / 4], back[CHUNK / 4];
    for (uint32_t word = 0; word < CHUNK / 4; word++) {
      uint32_t place = at + word * 4;
      chunk[word] = place < size ? received(from + place) : everboot_info(EVERBOOT_INFO_ERASED_WORD, 0);
    }
    uint32_t some = size - at < CHUNK ? (size - at + 3) & ~3u : CHUNK;
    if (flash_write_padded(to + at, chunk, some) != EVERBOOT_OK) return 0;
    if (flash_read(to + at, back, some) != EVERBOOT_OK || memcmp(chunk, back, some) != 0) return 0;
  }
  return 1;
}

EVERBOOT_EXPORT(step) int32_t step(uint32_t input) {
  record_t record;
  uint32_t copy = record_read(&record), running = running_slot();
  if (record.magic != RECORD_MAGIC || (record.active == running && !record.confirmed)) {
    if ((input & EVERBOOT_SELF_TEST_GOOD) == 0) return EVERBOOT_STEP_IDLE;
    record.active = running;
    record.confirmed = 1;
    return record_write(&record, copy) == EVERBOOT_OK ? EVERBOOT_STEP_MORE : EVERBOOT_STEP_REFUSED;
  }
  if (record.active != running) return EVERBOOT_STEP_IDLE; /* on trial from the next boot on */
  if (everboot_info(EVERBOOT_INFO_OFFER_COUNT, 0) == 0) return EVERBOOT_STEP_CONFIRMED;
  uint32_t other = running ^ 1, offer = offer_for(other);
  if (offer == EVERBOOT_NOWHERE) return EVERBOOT_STEP_REFUSED;
  if (is_version_of(running, offer)) return EVERBOOT_STEP_CONFIRMED; /* it runs already */
  if (!install(other, offer)) return EVERBOOT_STEP_REFUSED;
  record.active = other;
  record.confirmed = 0;
  record.attempts = everboot_info(EVERBOOT_INFO_ATTEMPTS, 0);
  return record_write(&record, copy) == EVERBOOT_OK ? EVERBOOT_STEP_IDLE : EVERBOOT_STEP_REFUSED;
}
