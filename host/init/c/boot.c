/* A boot policy: two slots, a trial that reverts by itself, a security floor. It believes what stands in a slot: add your
 * signature check where it says so. */
#define EVERBOOT_IMPLEMENTATION
#include "everboot.h"
#include "record.h"

#define IMAGE_MAGIC 0x96f3b83du
#define TLV_SECURITY_COUNTER 0x50u
#define REASON_MAGIC 1u

typedef struct {
  uint32_t magic, load_address;
  uint16_t header_size, protected_size;
  uint32_t payload_size, flags;
  uint8_t version[8];
  uint32_t padding;
} header_t;

/* Whether a slot holds an image; the place for a signature check. */
static int read_header(uint32_t slot, header_t *header) {
  uint32_t offset = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, slot);
  return flash_read(offset, header, sizeof *header) == EVERBOOT_OK && header->magic == IMAGE_MAGIC;
}

/* The security counter in an image's protected area, 0 without one. */
static uint32_t security_counter(uint32_t slot, const header_t *header) {
  uint32_t area = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, slot) + header->header_size + header->payload_size;
  for (uint32_t at = 4; at + 4 <= header->protected_size;) {
    uint16_t entry[2];
    uint32_t value = 0;
    if (flash_read(area + at, entry, sizeof entry) != EVERBOOT_OK) return 0;
    if (entry[0] == TLV_SECURITY_COUNTER && flash_read(area + at + 4, &value, 4) == EVERBOOT_OK) return value;
    at += 4u + entry[1];
  }
  return 0;
}

EVERBOOT_EXPORT(boot) void boot(void) {
  record_t record;
  uint32_t copy = record_read(&record);
  int is_trial = record.magic == RECORD_MAGIC && !record.confirmed;
  if (is_trial && record.attempts == 0) {
    record.active ^= 1; /* the trial is over: back to the other slot, for good */
    record.confirmed = 1;
    record_write(&record, copy);
    is_trial = 0;
  } else if (is_trial) {
    record.attempts--; /* counted before it runs, or a cut would give it another boot */
    record_write(&record, copy);
  }
  header_t header;
  if (!read_header(record.active, &header)) everboot_halt(REASON_MAGIC);
  uint32_t counter = security_counter(record.active, &header);
  uint32_t floor = (uint32_t)everboot_counter_read(EVERBOOT_COUNTER_FLOOR);
  if (record.confirmed && counter > floor) everboot_counter_advance(EVERBOOT_COUNTER_FLOOR, counter);
  everboot_boot_to(everboot_info(EVERBOOT_INFO_SLOT_OFFSET, record.active) + header.header_size);
}
