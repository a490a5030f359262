/* The functions of the Hal, ABI 1, as guests call them once their imports are bound. */
#ifndef HAL_H_
#define HAL_H_

#include <stdint.h>

uint32_t hal_read32(uint32_t offset);
uint64_t hal_tryRead32(uint32_t offset);
uint32_t hal_readWords(uint32_t offset, uint32_t address, uint32_t words);
uint32_t hal_latch32(uint32_t offset, uint32_t word);
uint32_t hal_program(uint32_t offset, uint32_t size);
uint32_t hal_erase(uint32_t offset);
uint64_t hal_counterRead(uint32_t id);
uint32_t hal_counterAdvance(uint32_t id, uint32_t value);
uint64_t hal_receive32(uint32_t offset);
uint32_t hal_retainedRead(uint32_t index);
void hal_retainedWrite(uint32_t index, uint32_t word);
uint32_t hal_info(uint32_t field, uint32_t index);
void hal_jump(uint32_t offset);
void hal_halt(uint32_t reason);
void hal_watchdogStart(uint32_t millis);
void hal_feed(void);
uint32_t hal_random32(void);
void hal_event(uint32_t code, uint32_t value);
void hal_phase(uint32_t id);

uint32_t hal_linkSize(void);
uint32_t hal_linkRead32(uint32_t offset);
void hal_linkRelease(void);
uint32_t hal_linkWrite32(uint32_t offset, uint32_t word);
uint32_t hal_linkSend(uint32_t size);
uint32_t hal_clockReached(uint32_t seconds);
uint32_t hal_clockInWindow(uint32_t from, uint32_t to, uint32_t days);
uint32_t hal_clockSeconds(void);
uint32_t hal_uptimeReached(uint32_t seconds);
uint32_t hal_input(uint32_t which);
void hal_resetNow(void);
uint32_t hal_resetIfSafe(void);
uint32_t hal_leaseTake(void);
uint32_t hal_leaseHeld(void);
void hal_nonceNew(void);
uint32_t hal_nonce(uint32_t which, uint32_t index);
void hal_acted(uint32_t request);
uint32_t hal_scratchRead(uint32_t index);
void hal_scratchWrite(uint32_t index, uint32_t word);
uint32_t hal_keySlotRead(uint32_t index);
void hal_keySlotWrite(uint32_t index, uint32_t word);

#endif
