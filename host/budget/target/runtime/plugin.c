/* Counts what a guest executes under QEMU: a plugin for its TCG plugin interface, API version 1, whose few functions that are
 * needed are declared here. Every executed translation block counts to a phase and to the function that owns it: code that
 * belongs to nobody (memcpy, 64 bit arithmetic of the compiler's library) counts to whoever called it.
 *
 * Argument ranges=FILE: lines "begin ADDRESS", "end ADDRESS", "phase N ADDRESS" and "owner N START END", hexadecimal addresses, N
 * decimal from 0. Argument out=FILE: a line "b ID SIZE... " for each block, "ADDRESS:SIZE" for each of its instructions, then
 * lines "c ID PHASE OWNER COUNT TAKEN"; TAKEN is how often control went elsewhere than right behind the block. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info_t qemu_info_t;
typedef void (*tb_translated_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*tb_executed_t)(unsigned int cpu, void *data);
typedef void (*at_exit_t)(qemu_plugin_id_t id, void *data);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_translated_t callback);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, tb_executed_t callback, int flags, void *data);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, at_exit_t callback, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

#define PHASES 6
#define NOBODY UINT32_MAX

typedef struct {
  uint64_t count, taken;
} tally_t;

/* By owner (one for code that has one), then by phase. */
typedef struct {
  uint64_t start, behind;
  uint32_t id, owner, slots;
  tally_t *tallies;
} block_t;

typedef struct {
  uint64_t start, end;
} range_t;

static range_t *owners;
static uint32_t owner_count;
static uint64_t begin_at, end_at, phase_at[PHASES];
static FILE *out;
static block_t **blocks;
static uint32_t block_count;

static bool counting;
static uint32_t phase, owner = NOBODY;
static tally_t *last;
static uint64_t behind_last;

static uint32_t owner_of(uint64_t address) {
  for (uint32_t index = 0; index < owner_count; index++) {
    if (address >= owners[index].start && address < owners[index].end) return index;
  }
  return NOBODY;
}

static void executed(unsigned int cpu, void *data) {
  block_t *block = data;
  (void)cpu;
  if (last != NULL && block->start != behind_last) last->taken++;
  last = NULL;
  if (block->start == begin_at) counting = true;
  else if (block->start == end_at) counting = false;
  if (!counting) return;
  for (uint32_t index = 0; index < PHASES; index++) {
    if (block->start == phase_at[index]) phase = index;
  }
  if (block->owner != NOBODY) owner = block->owner;
  if (owner == NOBODY) return;
  last = &block->tallies[(block->owner != NOBODY ? 0 : owner) * PHASES + phase];
  last->count++;
  behind_last = block->behind;
}

static void *zeroed(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) abort();
  return memory;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  size_t count = qemu_plugin_tb_n_insns(tb);
  (void)id;
  block_t *block = zeroed(1, sizeof *block);
  block->id = block_count;
  block->start = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
  block->owner = owner_of(block->start);
  block->slots = block->owner == NOBODY ? owner_count : 1;
  block->tallies = zeroed((size_t)block->slots * PHASES, sizeof(tally_t));
  fprintf(out, "b %" PRIu32, block->id);
  for (size_t index = 0; index < count; index++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, index);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    block->behind = address + qemu_plugin_insn_size(insn);
    fprintf(out, " %" PRIx64 ":%zu", address, qemu_plugin_insn_size(insn));
  }
  fputc('\n', out);
  block_t **more = realloc(blocks, (block_count + 1) * sizeof *blocks);
  if (more == NULL) abort();
  blocks = more;
  blocks[block_count++] = block;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, block);
}

static void at_exit(qemu_plugin_id_t id, void *data) {
  (void)id;
  (void)data;
  for (uint32_t index = 0; index < block_count; index++) {
    const block_t *block = blocks[index];
    for (uint32_t slot = 0; slot < block->slots * PHASES; slot++) {
      const tally_t *tally = &block->tallies[slot];
      if (tally->count == 0) continue;
      uint32_t whose = block->owner != NOBODY ? block->owner : slot / PHASES;
      fprintf(out, "c %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", block->id, slot % PHASES, whose,
              tally->count, tally->taken);
    }
  }
  fclose(out);
}

static bool read_ranges(const char *name) {
  FILE *file = fopen(name, "r");
  if (file == NULL) return false;
  char line[128];
  uint64_t address, end;
  uint32_t number;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "begin %" SCNx64, &address) == 1) begin_at = address;
    else if (sscanf(line, "end %" SCNx64, &address) == 1) end_at = address;
    else if (sscanf(line, "phase %" SCNu32 " %" SCNx64, &number, &address) == 2 && number < PHASES) phase_at[number] = address;
    else if (sscanf(line, "owner %" SCNu32 " %" SCNx64 " %" SCNx64, &number, &address, &end) == 3 && number == owner_count) {
      range_t *more = realloc(owners, (owner_count + 1) * sizeof *owners);
      if (more == NULL) abort();
      owners = more;
      owners[owner_count++] = (range_t){address, end};
    } else {
      fclose(file);
      return false;
    }
  }
  fclose(file);
  return true;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                                               char **argv) {
  (void)info;
  for (int index = 0; index < argc; index++) {
    if (strncmp(argv[index], "out=", 4) == 0) out = fopen(argv[index] + 4, "w");
    else if (strncmp(argv[index], "ranges=", 7) != 0 || !read_ranges(argv[index] + 7)) return 1;
  }
  if (out == NULL || owner_count == 0) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
