// everboot's Hal, ABI 1: the only way to the hardware. Offsets and sizes are bytes of flash from 0; a status stands in the high
// word of a 64-bit answer. Safe functions over the imports; the panic handler and the ABI version of a guest are here too.
#![allow(dead_code)] // boot and agent each use a part of it

pub const OK: i32 = 0;
pub const MISALIGNED: i32 = 2;

// Fields of info(field, index); NOWHERE where there is no such thing.
pub const SECTOR_SIZE: u32 = 4;
pub const SECTOR_AT: u32 = 5;
pub const PROGRAM_MIN: u32 = 6;
pub const PROGRAM_MAX: u32 = 7;
pub const ERASED_WORD: u32 = 8;
pub const BOOTED_OFFSET: u32 = 11;
pub const OFFER_COUNT: u32 = 12;
pub const OFFER_OFFSET: u32 = 13;
pub const OFFER_SIZE: u32 = 14;
pub const SLOT_OFFSET: u32 = 15;
pub const SLOT_SIZE: u32 = 16;
pub const RECORD_OFFSET: u32 = 17;
pub const ATTEMPTS: u32 = 21;
pub const NOWHERE: u32 = 0xffff_ffff;

/// The one-way counter that holds the security floor.
pub const COUNTER_FLOOR: u32 = 0;
pub const REASON_MAGIC: u32 = 1;

// An agent's step(input): bit of the input, and answers.
pub const SELF_TEST_GOOD: u32 = 1;
pub const STEP_MORE: i32 = 0;
pub const STEP_IDLE: i32 = 1;
pub const STEP_CONFIRMED: i32 = 2;
pub const STEP_REFUSED: i32 = 3;

mod imports {
    #[link(wasm_import_module = "hal")]
    extern "C" {
        #[link_name = "tryRead32"]
        pub fn try_read32(offset: u32) -> u64;
        #[link_name = "readWords"]
        pub fn read_words(offset: u32, to: *mut u32, words: u32) -> i32;
        pub fn latch32(offset: u32, word: u32) -> i32;
        pub fn program(offset: u32, size: u32) -> i32;
        pub fn erase(offset: u32) -> i32;
        #[link_name = "counterRead"]
        pub fn counter_read(id: u32) -> u64;
        #[link_name = "counterAdvance"]
        pub fn counter_advance(id: u32, value: u32) -> i32;
        pub fn receive32(offset: u32) -> u64;
        pub fn info(field: u32, index: u32) -> u32;
        pub fn jump(offset: u32) -> !;
        pub fn halt(reason: u32) -> !;
    }
}

extern "C" {
    static __heap_base: u8;
}

/// Address and size in bytes of what the guest may write of its memory.
#[repr(C)]
pub struct Object {
    address: usize,
    size: usize,
}

/// For everboot's oracle memory-kept: data and stack as a whole, so that what is written beyond them shows. A size of 0 ends the table.
#[no_mangle]
pub extern "C" fn objects() -> *const Object {
    static mut WHOLE: [Object; 2] = [Object { address: 0, size: 0 }, Object { address: 0, size: 0 }];
    unsafe {
        let whole = core::ptr::addr_of_mut!(WHOLE) as *mut Object;
        (*whole).size = core::ptr::addr_of!(__heap_base) as usize;
        whole
    }
}

/// A word of flash, or the status that says why it cannot be read.
pub fn read_word(offset: u32) -> Result<u32, i32> {
    match unsafe { imports::try_read32(offset) } {
        answer if answer >> 32 == 0 => Ok(answer as u32),
        answer => Err((answer >> 32) as i32),
    }
}

/// Reads as many words of flash as there is room for: a status, that of the first one that cannot be read.
pub fn read_words(offset: u32, to: &mut [u32]) -> i32 {
    unsafe { imports::read_words(offset, to.as_mut_ptr(), to.len() as u32) }
}

pub fn latch(offset: u32, word: u32) -> i32 {
    unsafe { imports::latch32(offset, word) }
}

pub fn program(offset: u32, size: u32) -> i32 {
    unsafe { imports::program(offset, size) }
}

pub fn erase(offset: u32) -> i32 {
    unsafe { imports::erase(offset) }
}

pub fn counter(id: u32) -> u32 {
    unsafe { imports::counter_read(id) as u32 }
}

pub fn advance(id: u32, value: u32) -> i32 {
    unsafe { imports::counter_advance(id, value) }
}

/// A word of the receive window.
pub fn received(offset: u32) -> u32 {
    unsafe { imports::receive32(offset) as u32 }
}

pub fn info(field: u32, index: u32) -> u32 {
    unsafe { imports::info(field, index) }
}

pub fn jump(offset: u32) -> ! {
    unsafe { imports::jump(offset) }
}

pub fn halt(reason: u32) -> ! {
    unsafe { imports::halt(reason) }
}

#[allow(non_snake_case)]
#[no_mangle]
pub extern "C" fn abiVersion() -> u32 {
    1
}

/// A panic ends the call: everboot shows it as a trap.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
