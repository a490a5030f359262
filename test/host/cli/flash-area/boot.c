/* A bootloader as one is ported: it knows flash areas and an assert, keeps state in .data and buffers on a stack of 64 KiB, and
 * nothing of the Hal. Its boot state is that of host/init/c/record.h, so that the agent there works with it. */
#define EVERBOOT_IMPLEMENTATION
#include "flash_area.h"

#define IMAGE_MAGIC 0x96f3b83du
#define STATE_MAGIC 0x31434552u
#define STACK_BUFFER 16384

struct image_header {
  uint32_t ih_magic, ih_load_addr;
  uint16_t ih_hdr_size, ih_protect_tlv_size;
  uint32_t ih_img_size, ih_flags, ih_version[2], ih_pad;
};

struct boot_state {
  uint32_t magic, number, active, confirmed, attempts, check;
};

/* More of .data and .bss that a power-up has to reset. */
static uint32_t boots_in_this_power_up = 1000;
static uint8_t scratch[2048];

static uint32_t crc32(const void *data, uint32_t len) {
  const uint8_t *bytes = data;
  uint32_t crc = ~0u;
  for (uint32_t at = 0; at < len; at++) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

static uint32_t copy_place(const struct flash_area *area, uint32_t copy, uint32_t *size) {
  struct flash_sector sector;
  int rc = flash_area_get_sector(area, 0, &sector);
  assert(rc == 0);
  *size = sector.fs_size;
  return copy * sector.fs_size;
}

static uint32_t state_read(struct boot_state *newest) {
  struct flash_area area;
  uint32_t found = 2, size;
  int rc = flash_area_open(FLASH_AREA_STATE, &area);
  assert(rc == 0);
  memset(newest, 0, sizeof *newest);
  for (uint32_t copy = 0; copy < 2; copy++) {
    struct boot_state state;
    if (flash_area_read(&area, copy_place(&area, copy, &size), &state, sizeof state) != 0) continue;
    if (state.magic != STATE_MAGIC || state.check != crc32(&state, offsetof(struct boot_state, check))) continue;
    if (found < 2 && (int32_t)(state.number - newest->number) < 0) continue;
    *newest = state;
    found = copy;
  }
  flash_area_close(&area);
  return found < 2 ? found : 1;
}

static void state_write(struct boot_state *state, uint32_t copy) {
  struct flash_area area;
  uint32_t size;
  assert(flash_area_open(FLASH_AREA_STATE, &area) == 0);
  uint32_t place = copy_place(&area, copy ^ 1, &size), align = flash_area_align(&area);
  state->number++;
  state->check = crc32(state, offsetof(struct boot_state, check));
  memset(scratch, flash_area_erased_val(&area), sizeof scratch);
  memcpy(scratch, state, sizeof *state);
  int rc = flash_area_erase(&area, place, size);
  if (rc == 0) rc = flash_area_write(&area, place, scratch, (sizeof *state + align - 1) & ~(align - 1));
  assert(rc == 0);
  flash_area_close(&area);
}

/* Reads the image's beginning through a large buffer on the stack, from an address that is not aligned. */
static int image_begins(const struct flash_area *area, struct image_header *header) {
  volatile uint8_t on_stack[STACK_BUFFER];
  memset((uint8_t *)on_stack, 0, sizeof on_stack);
  if (flash_area_read(area, 0, (uint8_t *)on_stack + 1, sizeof *header) != 0) return 0;
  memcpy(header, (uint8_t *)on_stack + 1, sizeof *header);
  uint8_t high;
  if (flash_area_read(area, 3, &high, 1) != 0) return 0;
  return header->ih_magic == IMAGE_MAGIC && high == IMAGE_MAGIC >> 24;
}

/* The security counter, from TLVs that are not aligned. */
static uint32_t security_counter(const struct flash_area *area, const struct image_header *header) {
  uint32_t off = header->ih_hdr_size + header->ih_img_size, end = off + header->ih_protect_tlv_size, value = 0;
  struct {
    uint16_t type, len;
  } tlv;
  for (off += 4; off < end; off += sizeof tlv + tlv.len) {
    if (flash_area_read(area, off, &tlv, sizeof tlv) != 0) return 0;
    if (tlv.type == 0x50 && flash_area_read(area, off + sizeof tlv, &value, sizeof value) == 0) return value;
  }
  return 0;
}

EVERBOOT_EXPORT(boot) void boot(void) {
  struct boot_state state;
  struct image_header header;
  struct flash_area slot;
  boots_in_this_power_up++;
  assert(boots_in_this_power_up == 1001 && flash_map.opened == 0 && scratch[0] == 0);
  uint32_t copy = state_read(&state);
#ifdef WRONG_ASSERT /* "this never happens": it does after a power cut in a trial */
  assert(state.magic != STATE_MAGIC || state.confirmed || state.attempts == 3);
#endif
  if (state.magic == STATE_MAGIC && !state.confirmed) {
    if (state.attempts == 0) {
      state.active ^= 1;
      state.confirmed = 1;
    } else {
      state.attempts--;
    }
    state_write(&state, copy);
  }
  int rc = flash_area_open(FLASH_AREA_SLOT_A + state.active, &slot);
  if (rc != 0 || !image_begins(&slot, &header)) everboot_halt(1);
  uint32_t counter = security_counter(&slot, &header);
  if (state.confirmed && counter > (uint32_t)everboot_counter_read(EVERBOOT_COUNTER_FLOOR))
    everboot_counter_advance(EVERBOOT_COUNTER_FLOOR, counter);
  everboot_log(100, counter);
  everboot_boot_to(slot.fa_off + header.ih_hdr_size);
}
