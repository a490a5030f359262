/* Put between what wasm2c writes before a module's functions and these: loads and stores straight from a static array, typed,
 * without bounds checks. GUEST_START and GUEST_END say which part of linear memory there is; a guest that goes beyond it
 * was measured with less. An access that says that it may be unaligned is written any_…, which works on every
 * core. GUEST_CHECKED: trap at each other access that is not aligned, and at each outside of that part. */
#ifndef FLAT_H_
#define FLAT_H_

extern u8 guest_memory[];

typedef u8 flat_u8 __attribute__((may_alias));
typedef s8 flat_s8 __attribute__((may_alias));
typedef u16 flat_u16 __attribute__((may_alias, aligned(2)));
typedef s16 flat_s16 __attribute__((may_alias, aligned(2)));
typedef u32 flat_u32 __attribute__((may_alias, aligned(4)));
typedef s32 flat_s32 __attribute__((may_alias, aligned(4)));
/* Both instruction sets have 32 bit data paths: half the natural alignment is enough. */
typedef u64 flat_u64 __attribute__((may_alias, aligned(4)));
typedef f32 flat_f32 __attribute__((may_alias, aligned(4)));
typedef f64 flat_f64 __attribute__((may_alias, aligned(4)));

typedef u16 any_u16 __attribute__((may_alias, aligned(1)));
typedef s16 any_s16 __attribute__((may_alias, aligned(1)));
typedef u32 any_u32 __attribute__((may_alias, aligned(1)));
typedef s32 any_s32 __attribute__((may_alias, aligned(1)));
typedef u64 any_u64 __attribute__((may_alias, aligned(1)));
typedef f32 any_f32 __attribute__((may_alias, aligned(1)));
typedef f64 any_f64 __attribute__((may_alias, aligned(1)));

#ifdef GUEST_CHECKED
static inline __attribute__((always_inline)) u32 flat_place(u32 address, u32 size, u32 alignment) {
  if (address < GUEST_START || address > GUEST_END - size || address % alignment != 0) wasm_rt_trap(WASM_RT_TRAP_OOB);
  return address;
}
#define FLAT_PLACE(type, address) flat_place((u32)(address), sizeof(type), __alignof__(type))
#else
#define FLAT_PLACE(type, address) ((u32)(address))
#endif

#define FLAT(type, address) (*(type *)(guest_memory - GUEST_START + FLAT_PLACE(type, address)))

#define i32_load(memory, address) ((u32)FLAT(flat_u32, address))
#define i64_load(memory, address) ((u64)FLAT(flat_u64, address))
#define f32_load(memory, address) ((f32)FLAT(flat_f32, address))
#define f64_load(memory, address) ((f64)FLAT(flat_f64, address))
#define i32_load8_s(memory, address) ((u32)(s32)FLAT(flat_s8, address))
#define i64_load8_s(memory, address) ((u64)(int64_t)FLAT(flat_s8, address))
#define i32_load8_u(memory, address) ((u32)FLAT(flat_u8, address))
#define i64_load8_u(memory, address) ((u64)FLAT(flat_u8, address))
#define i32_load16_s(memory, address) ((u32)(s32)FLAT(flat_s16, address))
#define i64_load16_s(memory, address) ((u64)(int64_t)FLAT(flat_s16, address))
#define i32_load16_u(memory, address) ((u32)FLAT(flat_u16, address))
#define i64_load16_u(memory, address) ((u64)FLAT(flat_u16, address))
#define i64_load32_s(memory, address) ((u64)(int64_t)FLAT(flat_s32, address))
#define i64_load32_u(memory, address) ((u64)FLAT(flat_u32, address))
#define i32_store(memory, address, value) ((void)(FLAT(flat_u32, address) = (value)))
#define i64_store(memory, address, value) ((void)(FLAT(flat_u64, address) = (value)))
#define f32_store(memory, address, value) ((void)(FLAT(flat_f32, address) = (value)))
#define f64_store(memory, address, value) ((void)(FLAT(flat_f64, address) = (value)))
#define i32_store8(memory, address, value) ((void)(FLAT(flat_u8, address) = (u8)(value)))
#define i64_store8(memory, address, value) ((void)(FLAT(flat_u8, address) = (u8)(value)))
#define i32_store16(memory, address, value) ((void)(FLAT(flat_u16, address) = (u16)(value)))
#define i64_store16(memory, address, value) ((void)(FLAT(flat_u16, address) = (u16)(value)))
#define i64_store32(memory, address, value) ((void)(FLAT(flat_u32, address) = (u32)(value)))

#define any_i32_load(memory, address) ((u32)FLAT(any_u32, address))
#define any_i64_load(memory, address) ((u64)FLAT(any_u64, address))
#define any_f32_load(memory, address) ((f32)FLAT(any_f32, address))
#define any_f64_load(memory, address) ((f64)FLAT(any_f64, address))
#define any_i32_load16_s(memory, address) ((u32)(s32)FLAT(any_s16, address))
#define any_i64_load16_s(memory, address) ((u64)(int64_t)FLAT(any_s16, address))
#define any_i32_load16_u(memory, address) ((u32)FLAT(any_u16, address))
#define any_i64_load16_u(memory, address) ((u64)FLAT(any_u16, address))
#define any_i64_load32_s(memory, address) ((u64)(int64_t)FLAT(any_s32, address))
#define any_i64_load32_u(memory, address) ((u64)FLAT(any_u32, address))
#define any_i32_store(memory, address, value) ((void)(FLAT(any_u32, address) = (value)))
#define any_i64_store(memory, address, value) ((void)(FLAT(any_u64, address) = (value)))
#define any_f32_store(memory, address, value) ((void)(FLAT(any_f32, address) = (value)))
#define any_f64_store(memory, address, value) ((void)(FLAT(any_f64, address) = (value)))
#define any_i32_store16(memory, address, value) ((void)(FLAT(any_u16, address) = (u16)(value)))
#define any_i64_store16(memory, address, value) ((void)(FLAT(any_u16, address) = (u16)(value)))
#define any_i64_store32(memory, address, value) ((void)(FLAT(any_u32, address) = (u32)(value)))

#define memory_fill(memory, at, value, size) ((void)memset(guest_memory - GUEST_START + (at), (int)(value), (size)))
#define memory_copy(to, from, at, source, size) \
  ((void)memmove(guest_memory - GUEST_START + (at), guest_memory - GUEST_START + (source), (size)))

/* Segments are put into the array when the module is instantiated; what lies outside of it cannot be. */
#undef LOAD_DATA
#define LOAD_DATA(memory, offset, source, size)                                           \
  do {                                                                                    \
    if ((offset) < GUEST_START || (offset) + (size) > GUEST_END) TRAP(OOB);               \
    memcpy(guest_memory - GUEST_START + (offset), source, size);                          \
  } while (0)

#endif
