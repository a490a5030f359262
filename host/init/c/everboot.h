/* everboot's Hal (ABI 1) for guests in C: the imports as they are, and over them the functions that bootloaders are written
 * over: a flat address space that is read, written and erased by offset. One header, no library, no start-up code.
 *
 * Compile with clang (Debian: clang, lld), one guest to a file:
 *   clang --target=wasm32 -O2 -g -nostdlib -Wl,--no-entry -Wl,--strip-debug -o boot.wasm boot.c
 * Include it in exactly one source file with EVERBOOT_IMPLEMENTATION defined; memcpy, memmove, memset and memcmp are there then too.
 * A guest's memory has to fit the part's RAM; lld gives it a stack of 64 KiB, -Wl,-z,stack-size=8192 another one.
 *
 * What everboot does not have: flash that is dereferenced. A pointer into flash reads the guest's own RAM. */
#ifndef EVERBOOT_H_
#define EVERBOOT_H_

#include <stddef.h>
#include <stdint.h>

#define EVERBOOT_IMPORT(name) __attribute__((import_module("hal"), import_name(#name)))
#define EVERBOOT_EXPORT(name) __attribute__((export_name(#name)))

#define EVERBOOT_ABI_VERSION 1u

/* What an operation answers. */
#define EVERBOOT_OK 0
#define EVERBOOT_OUT_OF_RANGE 1
#define EVERBOOT_MISALIGNED 2
#define EVERBOOT_BAD_SIZE 3
#define EVERBOOT_NOT_ERASED 4
#define EVERBOOT_WRITE_LIMIT 5
#define EVERBOOT_DENIED 6
#define EVERBOOT_UNREADABLE 7
#define EVERBOOT_NO_SUCH_COUNTER 8
#define EVERBOOT_COUNTER_BACKWARDS 9
#define EVERBOOT_OUT_OF_ORDER 10
#define EVERBOOT_NOTHING_OFFERED 11
#define EVERBOOT_FAILED 12
#define EVERBOOT_FULL 13
#define EVERBOOT_UNSAFE 14 /* the main function does not allow it now */

/* Fields of everboot_info(field, index); EVERBOOT_NOWHERE where there is none. */
#define EVERBOOT_INFO_FLASH_SIZE 1u
#define EVERBOOT_INFO_SECTOR_COUNT 2u
#define EVERBOOT_INFO_SECTOR_OFFSET 3u
#define EVERBOOT_INFO_SECTOR_SIZE 4u
#define EVERBOOT_INFO_SECTOR_AT 5u
#define EVERBOOT_INFO_PROGRAM_MIN 6u
#define EVERBOOT_INFO_PROGRAM_MAX 7u
#define EVERBOOT_INFO_ERASED_WORD 8u
#define EVERBOOT_INFO_PROGRAM_RULE 9u
#define EVERBOOT_INFO_RESET_CAUSE 10u
#define EVERBOOT_INFO_BOOTED_OFFSET 11u
#define EVERBOOT_INFO_OFFER_COUNT 12u
#define EVERBOOT_INFO_OFFER_OFFSET 13u
#define EVERBOOT_INFO_OFFER_SIZE 14u
#define EVERBOOT_INFO_SLOT_OFFSET 15u
#define EVERBOOT_INFO_SLOT_SIZE 16u
#define EVERBOOT_INFO_RECORD_OFFSET 17u
#define EVERBOOT_INFO_RECORD_SIZE 18u
#define EVERBOOT_INFO_KEYS_OFFSET 19u
#define EVERBOOT_INFO_KEYS_SIZE 20u
#define EVERBOOT_INFO_ATTEMPTS 21u
#define EVERBOOT_INFO_COUNTER_MAX 22u /* the greatest value that a one-way counter can hold */
#define EVERBOOT_INFO_RETAINED_COUNT 23u
#define EVERBOOT_INFO_SCRATCH_SIZE 24u  /* bytes */
#define EVERBOOT_INFO_KEY_SLOT_SIZE 25u /* bytes */
#define EVERBOOT_INFO_LINK_MAX 26u      /* bytes of the largest packet */
#define EVERBOOT_INFO_LINK_FRAME 27u    /* bytes of one frame of the link at the most, of a line on a serial one */
#define EVERBOOT_NOWHERE 0xffffffffu

/* Causes of a reset, as EVERBOOT_INFO_RESET_CAUSE says. */
#define EVERBOOT_CAUSE_POWER 0u
#define EVERBOOT_CAUSE_SOFT 1u
#define EVERBOOT_CAUSE_FAULT 2u
#define EVERBOOT_CAUSE_WATCHDOG 3u
#define EVERBOOT_CAUSE_PIN 4u

/* What a guest may write besides the Record: define EVERBOOT_WRITES_SLOTS beside EVERBOOT_IMPLEMENTATION in a boot that writes slots,
 * or in an agent that writes the slot it runs from. */
#define EVERBOOT_MAY_WRITE_SLOTS 1u

/* The one-way counter that holds the security floor. */
#define EVERBOOT_COUNTER_FLOOR 0u

/* An agent's step(input): bit of the input, and answers. */
#define EVERBOOT_SELF_TEST_GOOD 1u
#define EVERBOOT_STEP_MORE 0
#define EVERBOOT_STEP_IDLE 1
#define EVERBOOT_STEP_CONFIRMED 2
#define EVERBOOT_STEP_REFUSED 3

/* An application, a module of its own, exports run() -> (): it is called between an agent's steps, and has the link, the clock, the inputs
 * and its own slot for reading. */

/* For everboot_input(): what the main function does just now. */
#define EVERBOOT_MAIN_THERAPY 0u     /* somebody is treated */
#define EVERBOOT_MAIN_PATIENT 1u     /* a patient is connected */
#define EVERBOOT_MAIN_BATTERY_LOW 2u /* the battery is low */
#define EVERBOOT_MAIN_CONSENT 3u     /* somebody who may has agreed to an interruption */

/* For everboot_nonce(): the one that was drawn last, and the one before it. */
#define EVERBOOT_NONCE_CURRENT 0u
#define EVERBOOT_NONCE_OLDER 1u
#define EVERBOOT_NONCE_WORDS 4u

/* Days of everboot_clock_in_window(): bit 0 is Monday, bit 6 Sunday. */
#define EVERBOOT_DAYS_ALL 0x7fu

/* The Hal as it is; everboot's documentation says what each does. A status stands in the high word of a 64-bit answer. */
EVERBOOT_IMPORT(read32) uint32_t everboot_read32(uint32_t offset);
EVERBOOT_IMPORT(tryRead32) uint64_t everboot_try_read32(uint32_t offset);
EVERBOOT_IMPORT(readWords) int32_t everboot_read_words(uint32_t offset, void *to, uint32_t words);
EVERBOOT_IMPORT(latch32) int32_t everboot_latch32(uint32_t offset, uint32_t word);
EVERBOOT_IMPORT(program) int32_t everboot_program(uint32_t offset, uint32_t size);
EVERBOOT_IMPORT(erase) int32_t everboot_erase_sector(uint32_t offset);
EVERBOOT_IMPORT(counterRead) uint64_t everboot_counter_read(uint32_t id);
EVERBOOT_IMPORT(counterAdvance) int32_t everboot_counter_advance(uint32_t id, uint32_t value);
EVERBOOT_IMPORT(receive32) uint64_t everboot_receive32(uint32_t offset);
EVERBOOT_IMPORT(retainedRead) uint32_t everboot_retained_read(uint32_t index);
EVERBOOT_IMPORT(retainedWrite) void everboot_retained_write(uint32_t index, uint32_t word);
EVERBOOT_IMPORT(info) uint32_t everboot_info(uint32_t field, uint32_t index);
EVERBOOT_IMPORT(jump) _Noreturn void everboot_boot_to(uint32_t offset);
EVERBOOT_IMPORT(halt) _Noreturn void everboot_halt(uint32_t reason);
EVERBOOT_IMPORT(watchdogStart) void everboot_watchdog_start(uint32_t millis);
EVERBOOT_IMPORT(feed) void everboot_feed(void);
EVERBOOT_IMPORT(random32) uint32_t everboot_random32(void);
EVERBOOT_IMPORT(event) void everboot_log(uint32_t code, uint32_t value);
EVERBOOT_IMPORT(phase) void everboot_phase(uint32_t id);

/* What surrounds the device. Each is a question, and the next one may be answered otherwise: ask once, and act on that answer. */
EVERBOOT_IMPORT(linkSize) uint32_t everboot_link_size(void);
EVERBOOT_IMPORT(linkRead32) uint32_t everboot_link_read32(uint32_t offset);
EVERBOOT_IMPORT(linkRelease) void everboot_link_release(void);
EVERBOOT_IMPORT(linkWrite32) int32_t everboot_link_write32(uint32_t offset, uint32_t word);
EVERBOOT_IMPORT(linkSend) int32_t everboot_link_send(uint32_t size);
EVERBOOT_IMPORT(clockReached) uint32_t everboot_clock_reached(uint32_t seconds);
EVERBOOT_IMPORT(clockInWindow) uint32_t everboot_clock_in_window(uint32_t from, uint32_t to, uint32_t days);
EVERBOOT_IMPORT(clockSeconds) uint32_t everboot_clock_seconds(void);
EVERBOOT_IMPORT(uptimeReached) uint32_t everboot_uptime_reached(uint32_t seconds);
EVERBOOT_IMPORT(input) uint32_t everboot_input(uint32_t which);
EVERBOOT_IMPORT(resetNow) _Noreturn void everboot_reset_now(void);
EVERBOOT_IMPORT(resetIfSafe) int32_t everboot_reset_if_safe(void);
EVERBOOT_IMPORT(leaseTake) int32_t everboot_lease_take(void);
EVERBOOT_IMPORT(leaseHeld) uint32_t everboot_lease_held(void);
EVERBOOT_IMPORT(nonceNew) void everboot_nonce_new(void);
EVERBOOT_IMPORT(nonce) uint32_t everboot_nonce(uint32_t which, uint32_t index);
EVERBOOT_IMPORT(acted) void everboot_acted(uint32_t request);

/* RAM that survives a step, but neither a reset nor a loss of power; the key slot is the one for secrets. By words. */
EVERBOOT_IMPORT(scratchRead) uint32_t everboot_scratch_read(uint32_t index);
EVERBOOT_IMPORT(scratchWrite) void everboot_scratch_write(uint32_t index, uint32_t word);
EVERBOOT_IMPORT(keySlotRead) uint32_t everboot_key_slot_read(uint32_t index);
EVERBOOT_IMPORT(keySlotWrite) void everboot_key_slot_write(uint32_t index, uint32_t word);

/* Reads `size` bytes of flash from any offset; fastest where offset and `to` are multiples of 4. EVERBOOT_OK, or the status of the first
 * word that could not be read. */
int flash_read(uint32_t offset, void *to, size_t size);

/* The part's write unit in bytes (its smallest program), a power of two from 1 to 512. */
static inline uint32_t flash_write_unit(void) { return everboot_info(EVERBOOT_INFO_PROGRAM_MIN, 0); }

/* Programs `size` bytes from anywhere in RAM. Offset and size are multiples of the write unit; programs are as large as the part allows.
 * EVERBOOT_OK, EVERBOOT_MISALIGNED before anything is done, or the status of the first program that failed. */
int flash_write(uint32_t offset, const void *from, size_t size);

/* The same for a size that is no multiple of the write unit: the last unit is filled up with erased bytes, and cannot be
 * programmed again where a unit is programmed once. */
int flash_write_padded(uint32_t offset, const void *from, size_t size);

/* Erases whole sectors: `offset` begins one, `offset + size` ends one. EVERBOOT_OK, or the status of the first that failed. */
int flash_erase(uint32_t offset, size_t size);

#ifdef EVERBOOT_IMPLEMENTATION

EVERBOOT_EXPORT(abiVersion) uint32_t everboot_abi_version(void) { return EVERBOOT_ABI_VERSION; }

#ifdef EVERBOOT_WRITES_SLOTS
EVERBOOT_EXPORT(mayWrite) uint32_t everboot_may_write(void) { return EVERBOOT_MAY_WRITE_SLOTS; }
#endif

int flash_read(uint32_t offset, void *to, size_t size) {
  uint8_t *place = to;
  while (size > 0) {
    uint32_t words = (uint32_t)(size / 4);
    if (words > 0 && ((offset | (uintptr_t)place) & 3) == 0) {
      int status = everboot_read_words(offset, place, words);
      if (status != EVERBOOT_OK) return status;
      offset += words * 4;
      place += words * 4;
      size -= words * 4;
      continue;
    }
    uint64_t answer = everboot_try_read32(offset & ~3u);
    if (answer >> 32 != EVERBOOT_OK) return (int)(answer >> 32);
    uint32_t word = (uint32_t)answer >> ((offset & 3) * 8);
    do {
      *place++ = (uint8_t)word;
      word >>= 8;
      offset++;
      size--;
    } while (size > 0 && (offset & 3) != 0);
  }
  return EVERBOOT_OK;
}

/* The word at `at` as it is to be latched for a program of [offset, offset + size): erased outside of it. */
static uint32_t everboot_word(uint32_t at, uint32_t offset, const uint8_t *from, uint32_t size, uint32_t erased) {
  uint32_t word = 0;
  for (uint32_t byte = 0; byte < 4; byte++) {
    uint32_t place = at + byte;
    uint8_t value = place >= offset && place - offset < size ? from[place - offset] : (uint8_t)erased;
    word |= (uint32_t)value << (byte * 8);
  }
  return word;
}

int flash_write(uint32_t offset, const void *from, size_t size) {
  return (size & (flash_write_unit() - 1)) != 0 ? EVERBOOT_MISALIGNED : flash_write_padded(offset, from, size);
}

int flash_write_padded(uint32_t offset, const void *from, size_t size) {
  uint32_t least = flash_write_unit();
  uint32_t most = everboot_info(EVERBOOT_INFO_PROGRAM_MAX, 0);
  uint32_t erased = everboot_info(EVERBOOT_INFO_ERASED_WORD, 0);
  const uint8_t *place = from;
  if ((offset & (least - 1)) != 0) return EVERBOOT_MISALIGNED;
  while (size > 0) {
    uint32_t unit = least;
    while (unit * 2 <= most && unit * 2 <= size && (offset & (unit * 2 - 1)) == 0) unit *= 2;
    uint32_t given = size < unit ? (uint32_t)size : unit;
    for (uint32_t at = offset & ~3u; at < offset + unit; at += 4) {
      int latched = everboot_latch32(at, everboot_word(at, offset, place, given, erased));
      if (latched != EVERBOOT_OK) return latched;
    }
    int status = everboot_program(offset, unit);
    if (status != EVERBOOT_OK) return status;
    offset += unit;
    place += given;
    size -= given;
  }
  return EVERBOOT_OK;
}

int flash_erase(uint32_t offset, size_t size) {
  uint32_t end = offset + (uint32_t)size;
  while (offset < end) {
    uint32_t sector = everboot_info(EVERBOOT_INFO_SECTOR_AT, offset);
    uint32_t sector_size = everboot_info(EVERBOOT_INFO_SECTOR_SIZE, sector);
    if (sector == EVERBOOT_NOWHERE) return EVERBOOT_OUT_OF_RANGE;
    if (everboot_info(EVERBOOT_INFO_SECTOR_OFFSET, sector) != offset || sector_size > end - offset)
      return EVERBOOT_MISALIGNED;
    int status = everboot_erase_sector(offset);
    if (status != EVERBOOT_OK) return status;
    offset += sector_size;
  }
  return EVERBOOT_OK;
}

/* Names for the reasons of everboot_halt() and of refusals, told wherever a run is told; those without one are told
 * as numbers. Once, below the include, outside of any function: EVERBOOT_HALTS("1 NO_IMAGE\\n" "2 BAD_KEY\\n"). A name is of upper
 * case letters, digits and underscores. */
#define EVERBOOT_HALTS(lines)                                                                                          \
  __asm__(".section .custom_section.everboot.halts,\"\",@\n.ascii \"" lines "\"\n.text\n")

/* What the guest may write of its memory, for everboot's oracle memory-kept: data and stack as a whole, so that what is written beyond
 * them shows, and an overflow from one buffer into the next does not. Define EVERBOOT_OBJECTS_DECLARED to declare each object by
 * itself, stack and all, in a function objects() of one's own: a table that ends with a size of 0. */
typedef struct {
  const void *address;
  size_t size;
} everboot_object;

#ifndef EVERBOOT_OBJECTS_DECLARED
extern char __global_base, __heap_base;

EVERBOOT_EXPORT(objects) const everboot_object *everboot_objects(void) {
  static everboot_object whole[2];
  char here;
  /* A linker may put the stack before the data. */
  uintptr_t from = (uintptr_t)&here < (uintptr_t)&__global_base ? 0 : (uintptr_t)&__global_base;
  whole[0].address = (const void *)from;
  whole[0].size = (uintptr_t)&__heap_base - from;
  return whole;
}
#endif

/* What compilers call without being asked. */
void *memcpy(void *to, const void *from, size_t size) {
  for (size_t at = 0; at < size; at++) ((uint8_t *)to)[at] = ((const uint8_t *)from)[at];
  return to;
}

/* Not turned back into a call of itself by a compiler that knows a memmove when it sees one. */
__attribute__((no_builtin)) void *memmove(void *to, const void *from, size_t size) {
  uint8_t *place = to;
  const uint8_t *source = from;
  if (place < source) {
    for (size_t at = 0; at < size; at++) place[at] = source[at];
  } else {
    for (size_t at = size; at > 0; at--) place[at - 1] = source[at - 1];
  }
  return to;
}

void *memset(void *to, int value, size_t size) {
  for (size_t at = 0; at < size; at++) ((uint8_t *)to)[at] = (uint8_t)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t size) {
  for (size_t at = 0; at < size; at++) {
    int difference = ((const uint8_t *)a)[at] - ((const uint8_t *)b)[at];
    if (difference != 0) return difference;
  }
  return 0;
}

#endif
#endif
