/* The boot state: which slot is active, whether it is confirmed, and how many boots its trial has left. Two copies in two
 * sectors, numbered and with a checksum: the newer valid one counts, the other one is overwritten. A cut anywhere in a write leaves
 * the older copy as it was. */
#ifndef RECORD_H_
#define RECORD_H_

#include "everboot.h"

#define RECORD_MAGIC 0x31434552u /* "REC1" */

typedef struct {
  uint32_t magic, number, active, confirmed, attempts, check;
} record_t;

static uint32_t record_check(const record_t *record) {
  uint32_t crc = ~0u; /* CRC-32, IEEE 802.3 */
  const uint8_t *bytes = (const uint8_t *)record;
  for (size_t at = 0; at < offsetof(record_t, check); at++) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

static uint32_t record_place(uint32_t copy) {
  uint32_t offset = everboot_info(EVERBOOT_INFO_RECORD_OFFSET, 0);
  uint32_t sector = everboot_info(EVERBOOT_INFO_SECTOR_AT, offset);
  return offset + copy * everboot_info(EVERBOOT_INFO_SECTOR_SIZE, sector);
}

/* The newest valid record; without one: slot A is active and confirmed. Answers the copy that it stands in, 1 without one. */
static uint32_t record_read(record_t *newest) {
  uint32_t found = EVERBOOT_NOWHERE;
  for (uint32_t copy = 0; copy < 2; copy++) {
    record_t record;
    if (flash_read(record_place(copy), &record, sizeof record) != EVERBOOT_OK) continue;
    if (record.magic != RECORD_MAGIC || record.check != record_check(&record)) continue;
    if (found != EVERBOOT_NOWHERE && (int32_t)(record.number - newest->number) < 0) continue;
    *newest = record;
    found = copy;
  }
  if (found != EVERBOOT_NOWHERE) return found;
  memset(newest, 0, sizeof *newest);
  return 1;
}

/* Puts a record in the place of the one that stands in `copy`. */
static int record_write(record_t *record, uint32_t copy) {
  uint32_t place = record_place(copy ^ 1);
  uint32_t sector = everboot_info(EVERBOOT_INFO_SECTOR_AT, place);
  record->magic = RECORD_MAGIC;
  record->number++;
  record->check = record_check(record);
  int status = flash_erase(place, everboot_info(EVERBOOT_INFO_SECTOR_SIZE, sector));
  return status == EVERBOOT_OK ? flash_write_padded(place, record, sizeof *record) : status;
}

#endif
