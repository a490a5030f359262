/* Starts a guest on a bare machine, and takes what it leaves behind out through semihosting. */
#include <stdint.h>

#include "device.h"
#include "guest.h"

device_t *const device = (device_t *)DEVICE_AT;
uint32_t *const flash = (uint32_t *)FLASH_AT;
result_t *const result = (result_t *)RESULT_AT;
uint8_t *const marks = (uint8_t *)MARKS_AT;

u8 guest_memory[GUEST_END - GUEST_START] __attribute__((aligned(8)));

static Z_guest_instance_t guest;
static wasm_rt_funcref_t table_entries[TABLE_ENTRIES + 1];

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE = 0x05, SYS_EXIT = 0x18 };
#define STOPPED_AT_EXIT 0x20026u
#define OPEN_WRITE_BINARY 5u

static uintptr_t semihost(uintptr_t operation, const void *argument) {
#ifdef __riscv
  register uintptr_t a0 __asm__("a0") = operation;
  register uintptr_t a1 __asm__("a1") = (uintptr_t)argument;
  /* The three instructions that mark a semihosting call must be neither compressed nor apart. */
  __asm__ volatile(
      ".balign 16\n.option push\n.option norvc\nslli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
#else
  register uintptr_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = (uintptr_t)argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#endif
}

static void write_file(const char *name, uint32_t name_size, const void *data, uint32_t size) {
  const uintptr_t opening[3] = {(uintptr_t)name, OPEN_WRITE_BINARY, name_size};
  uintptr_t file = semihost(SYS_OPEN, opening);
  const uintptr_t writing[3] = {file, (uintptr_t)data, size};
  semihost(SYS_WRITE, writing);
  semihost(SYS_CLOSE, &file);
}

/* Where counting ends. */
__attribute__((noinline, used)) void run_ends(void) { __asm__ volatile("" ::: "memory"); }

_Noreturn void finish(uint32_t kind, uint32_t value) {
  run_ends();
  result->magic = DEVICE_MAGIC;
  result->end_kind = kind;
  result->end_value = value;
  uint32_t unused = (OPERATIONS_MAX - result->operation_count) * (uint32_t)sizeof(operation_t);
  write_file("result.bin", 10, result, (uint32_t)sizeof(result_t) - unused);
  write_file("after.bin", 9, flash, device->flash_size);
#ifdef GUEST_GLOBALS
  static uint64_t globals[GUEST_GLOBALS + 1];
  guest_globals(&guest, globals);
  write_file("globals.bin", 11, globals, GUEST_GLOBALS * 8);
#endif
  semihost(SYS_EXIT, (const void *)STOPPED_AT_EXIT);
  for (;;) {
  }
}

_Noreturn void wasm_rt_trap(wasm_rt_trap_t trap) { finish(END_TRAPPED, trap); }

bool wasm_rt_is_initialized(void) { return true; }

uint32_t wasm_rt_register_func_type(uint32_t parameters, uint32_t results, ...) {
  /* Every type of a module is registered once, in order: a number tells them apart. */
  static uint32_t registered;
  (void)parameters;
  (void)results;
  return ++registered;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t max_pages) {
  memory->data = (u8 *)((uintptr_t)guest_memory - GUEST_START);
  memory->pages = pages;
  memory->max_pages = max_pages;
  memory->size = pages << 16;
}

uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t pages) {
  return pages == 0 ? memory->pages : NOWHERE;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) { (void)memory; }

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t size, uint32_t max_size) {
  if (size > TABLE_ENTRIES) wasm_rt_trap(WASM_RT_TRAP_OOB);
  table->data = table_entries;
  table->size = size;
  table->max_size = max_size;
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) { (void)table; }

__attribute__((noinline, used)) void run_begins(void) { __asm__ volatile("" ::: "memory"); }

int main(void) {
  for (uint32_t at = 0; at < COUNTERS; at++) result->counters[at] = device->counters[at];
  for (uint32_t at = 0; at < RETAINED; at++) result->retained[at] = device->retained[at];
  result->operation_count = 0;
  if (device->magic != DEVICE_MAGIC) finish(END_NONE, 0);
  Z_guest_init_module();
  Z_guest_instantiate(&guest, 0);
  run_begins();
  Z_guestZ_boot(&guest);
  finish(END_RETURNED, 0);
}

/* What a linker script lays down: data to copy, bss to clear. */
extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];

_Noreturn __attribute__((used)) void begin(void) {
  for (uint32_t *from = data_load, *to = data_start; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}

#ifdef __riscv
__attribute__((naked, section(".start"), used)) void start(void) {
  __asm__ volatile(".option arch, +zicsr\nla sp, stack_top\nla t0, fault\ncsrw mtvec, t0\nj begin");
}

__attribute__((aligned(4), used)) void fault(void) { finish(END_TRAPPED, NOWHERE); }
#else
extern uint32_t stack_top[];

static void fault(void) { finish(END_TRAPPED, NOWHERE); }

__attribute__((section(".start"), used)) const void *const vectors[16] = {
    stack_top, begin, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
};
#endif
