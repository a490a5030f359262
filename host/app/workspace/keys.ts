// Key files of the command line: whatever is in them, PEM, a seed or an LMS key's state. Prints nothing.
import type { PublicKey, SigningKey } from "../../image/key-types.js";
import { readPrivateKey, readPublicKey } from "../../image/keys.js";
import { isLmsStateText, lmsSigningKey } from "../../image/lms/keys.js";
import { attempt, readText } from "./files.js";

/**
 * The private key in a file.
 * @throws FileError, InvalidKeyError or LmsStateError where there is none that can be used
 */
export function loadSigningKey(path: string): SigningKey {
  const text = readText(path, "a private key");
  if (!isLmsStateText(text)) return readPrivateKey(text, path);
  const key = lmsSigningKey(path);
  // Signing replaces the file, which a folder may not allow.
  const sign: SigningKey["sign"] = (content) =>
    attempt(`${path}: expected a state that can be replaced`, () => key.sign(content));
  return { ...key, sign };
}

/**
 * The public key in a file, or of the private key in it.
 * @throws FileError, InvalidKeyError or LmsStateError where there is none that can be used
 */
export function loadPublicKey(path: string): PublicKey {
  const text = readText(path, "a public key");
  return isLmsStateText(text) ? lmsSigningKey(path).publicKey : readPublicKey(text, path);
}
