// The states of an exploration: a number for each 128-bit key, and one record of fixed size for each number, in a memory of its own that grows
// where it stands. The device module asks for keys from wasm to wasm; the host reads and writes records as plain words. Knows no device,
// and of a record only its key. Built twice: for one explorer, and for several in threads that share the memory.

export { add, addTwin, addTwinAt, begin, clear, find, findAt, keyPlace, nextPlace } from "./table";
export { roomFor } from "./room";
export { CHUNK_COUNT, COUNTS, DIRECTORY, FILLS, RECORD_SIZE, TWINS, TWIN_SIZE } from "./map";
