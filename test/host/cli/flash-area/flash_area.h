/* A shim in the manner of MCUboot's flash map: areas by number, opened, read, written and erased by an offset inside them, over
 * everboot.h. What else a bootloader wants of its platform is here too: an assert that ends in a trap. */
#ifndef FLASH_AREA_H_
#define FLASH_AREA_H_

#include "everboot.h"

#define FLASH_AREA_SLOT_A 1
#define FLASH_AREA_SLOT_B 2
#define FLASH_AREA_STATE 3

struct flash_area {
  uint8_t fa_id;
  uint32_t fa_off, fa_size;
};

struct flash_sector {
  uint32_t fs_off, fs_size;
};

#define assert(condition) ((condition) ? (void)0 : __builtin_trap())

/* In .data: to be as it was linked at every power-up. */
static struct {
  uint32_t magic, opened;
} flash_map = {0x464d4150u, 0};

static int flash_area_open(uint8_t id, struct flash_area *area) {
  assert(flash_map.magic == 0x464d4150u);
  flash_map.opened++;
  area->fa_id = id;
  if (id == FLASH_AREA_STATE) {
    area->fa_off = everboot_info(EVERBOOT_INFO_RECORD_OFFSET, 0);
    area->fa_size = everboot_info(EVERBOOT_INFO_RECORD_SIZE, 0);
    return 0;
  }
  if (id != FLASH_AREA_SLOT_A && id != FLASH_AREA_SLOT_B) return -1;
  area->fa_off = everboot_info(EVERBOOT_INFO_SLOT_OFFSET, id - FLASH_AREA_SLOT_A);
  area->fa_size = everboot_info(EVERBOOT_INFO_SLOT_SIZE, id - FLASH_AREA_SLOT_A);
  return 0;
}

static void flash_area_close(const struct flash_area *area) { (void)area; }

static int flash_area_holds(const struct flash_area *area, uint32_t off, uint32_t len) {
  return off <= area->fa_size && len <= area->fa_size - off;
}

static int flash_area_read(const struct flash_area *area, uint32_t off, void *dst, uint32_t len) {
  if (!flash_area_holds(area, off, len)) return -1;
  return flash_read(area->fa_off + off, dst, len) == EVERBOOT_OK ? 0 : -1;
}

static int flash_area_write(const struct flash_area *area, uint32_t off, const void *src, uint32_t len) {
  if (!flash_area_holds(area, off, len)) return -1;
  return flash_write(area->fa_off + off, src, len) == EVERBOOT_OK ? 0 : -1;
}

static int flash_area_erase(const struct flash_area *area, uint32_t off, uint32_t len) {
  if (!flash_area_holds(area, off, len)) return -1;
  return flash_erase(area->fa_off + off, len) == EVERBOOT_OK ? 0 : -1;
}

static uint32_t flash_area_align(const struct flash_area *area) {
  (void)area;
  return flash_write_unit();
}

static uint8_t flash_area_erased_val(const struct flash_area *area) {
  (void)area;
  return (uint8_t)everboot_info(EVERBOOT_INFO_ERASED_WORD, 0);
}

static int flash_area_get_sector(const struct flash_area *area, uint32_t off, struct flash_sector *sector) {
  if (!flash_area_holds(area, off, 1)) return -1;
  uint32_t index = everboot_info(EVERBOOT_INFO_SECTOR_AT, area->fa_off + off);
  sector->fs_off = everboot_info(EVERBOOT_INFO_SECTOR_OFFSET, index) - area->fa_off;
  sector->fs_size = everboot_info(EVERBOOT_INFO_SECTOR_SIZE, index);
  return 0;
}

#endif
