// Keys of scenes in tests: the public test seed signs, a key that is made anew is the foreign one.
import { readFileSync } from "node:fs";
import { generateKey, readPrivateKey } from "../../../host/image/keys.js";

export const sceneKeys = {
  own: readPrivateKey(readFileSync("test/vectors/ed25519-private-seed.hex", "utf8"), "the test seed"),
  foreign: generateKey("ed25519"),
};
