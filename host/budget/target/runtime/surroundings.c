/* What surrounds the device (Hal, ABI 1), as a port would have it where nothing happens: registers and mailboxes that are loaded and stored.
 * The clock and the inputs of the main function stand as the harness says, no second has passed since the reset, no packet ever comes, and
 * what is sent goes nowhere. A lease is given where nobody is treated, and lasts. Nonces are those of the simulated device. */
#include <string.h>

#include "hal.h"
#include "note.h"

#define DAY 86400u
/* 1 January 1970 was a Thursday, the fourth of these. */
#define FIRST_WEEKDAY 3u
#define NONCE_NAMES 3u
#define THERAPY (1u << MAIN_THERAPY)

/* A packet that has come; volatile, as somebody else writes it on hardware. */
static volatile uint32_t received[LINK_MAX / 4], received_size;
static volatile uint32_t uptime;
/* A packet that is laid down, and up to where. */
static uint32_t sending[LINK_MAX / 4], sending_end;
static uint32_t lease, nonce_name;
static uint32_t nonces[2][NONCE_WORDS];
static uint32_t scratch[SCRATCH_SIZE / 4], key_slot[KEY_SLOT_SIZE / 4];

static inline __attribute__((always_inline)) uint32_t asked(uint32_t kind, uint32_t first, uint32_t answer) {
  part_note(OP_ASKED, kind, first, answer);
  return answer;
}

uint32_t hal_linkSize(void) { return asked(ASK_LINK_SIZE, 0, received_size); }

uint32_t hal_linkRead32(uint32_t offset) {
  return (offset & 3) == 0 && offset < received_size ? received[offset >> 2] : 0;
}

void hal_linkRelease(void) {
  received_size = 0;
  asked(ASK_LINK_RELEASE, 0, 0);
}

uint32_t hal_linkWrite32(uint32_t offset, uint32_t word) {
  if ((offset & 3) != 0) return STATUS_MISALIGNED;
  if (offset >= LINK_MAX) return STATUS_OUT_OF_RANGE;
  sending[offset >> 2] = word;
  if (offset >= sending_end) sending_end = offset + 4;
  return STATUS_OK;
}

uint32_t hal_linkSend(uint32_t size) {
  if (size == 0 || size > LINK_MAX) return STATUS_OUT_OF_RANGE;
  asked(ASK_LINK_SEND, size, STATUS_OK);
  memset(sending, 0, sending_end);
  sending_end = 0;
  return STATUS_OK;
}

static uint32_t clock_now(void) { return *(const volatile uint32_t *)&device->clock; }

static uint32_t inputs_now(void) { return *(const volatile uint32_t *)&device->inputs; }

uint32_t hal_clockReached(uint32_t seconds) { return asked(ASK_CLOCK_REACHED, seconds, clock_now() >= seconds); }

static uint32_t is_in_window(uint32_t now, uint32_t from, uint32_t to, uint32_t days) {
  if (days == 0) return now >= from && now < to;
  if (from >= DAY || to > DAY || from == to) return 0;
  uint32_t second = now % DAY, today = (now / DAY + FIRST_WEEKDAY) % 7, yesterday = (today + 6) % 7;
  uint32_t begins = (days >> today) & (second >= from);
  if (from < to) return begins & (second < to);
  return begins | ((days >> yesterday) & (second < to));
}

uint32_t hal_clockInWindow(uint32_t from, uint32_t to, uint32_t days) {
  return asked(ASK_CLOCK_WINDOW, from, is_in_window(clock_now(), from, to, days & DAYS_ALL));
}

uint32_t hal_clockSeconds(void) { return asked(ASK_CLOCK_SECONDS, 0, clock_now()); }

uint32_t hal_uptimeReached(uint32_t seconds) { return asked(ASK_UPTIME, seconds, uptime >= seconds); }

uint32_t hal_input(uint32_t which) {
  return which < MAIN_COUNT ? asked(ASK_INPUT, which, (inputs_now() >> which) & 1) : 0;
}

static uint32_t is_safe(void) { return lease | ((inputs_now() & THERAPY) == 0); }

void hal_resetNow(void) {
  asked(ASK_RESET, 0, 0);
  finish(END_RESET, 0);
}

uint32_t hal_resetIfSafe(void) {
  uint32_t status = asked(ASK_RESET_IF_SAFE, 0, is_safe() ? STATUS_OK : STATUS_UNSAFE);
  if (status == STATUS_OK) finish(END_RESET, 0);
  return status;
}

uint32_t hal_leaseTake(void) {
  lease = is_safe();
  return asked(ASK_LEASE_TAKE, 0, lease ? STATUS_OK : STATUS_UNSAFE);
}

uint32_t hal_leaseHeld(void) { return asked(ASK_LEASE_HELD, 0, lease); }

/* Stands for the part's source of random words. */
PART static uint32_t part_random(uint32_t index) {
  return ((nonce_name * 4 + index + 1) * 0x9e3779b1u) ^ 0x51ed270bu;
}

void hal_nonceNew(void) {
  nonce_name = nonce_name % NONCE_NAMES + 1;
  for (uint32_t index = 0; index < NONCE_WORDS; index++) {
    nonces[NONCE_OLDER][index] = nonces[NONCE_CURRENT][index];
    nonces[NONCE_CURRENT][index] = part_random(index);
  }
  asked(ASK_NONCE_NEW, 0, 0);
}

uint32_t hal_nonce(uint32_t which, uint32_t index) {
  return which > NONCE_OLDER || index >= NONCE_WORDS ? 0 : nonces[which][index];
}

void hal_acted(uint32_t request) { asked(ASK_ACTED, request, 0); }

static void volatile_write(uint32_t *word, uint32_t place, uint32_t value) {
  if (*word == value) return;
  *word = value;
  part_note(OP_VOLATILE, place, 0, value);
}

uint32_t hal_scratchRead(uint32_t index) { return index < SCRATCH_SIZE / 4 ? scratch[index] : 0; }

void hal_scratchWrite(uint32_t index, uint32_t word) {
  if (index < SCRATCH_SIZE / 4) volatile_write(&scratch[index], OUTSIDE_SCRATCH + index, word);
}

uint32_t hal_keySlotRead(uint32_t index) { return index < KEY_SLOT_SIZE / 4 ? key_slot[index] : 0; }

void hal_keySlotWrite(uint32_t index, uint32_t word) {
  if (index < KEY_SLOT_SIZE / 4) volatile_write(&key_slot[index], OUTSIDE_KEY_SLOT + index, word);
}
