// Errors between threads: one that is thrown through a message loses its name, which decides the exit code.
import { ImageRefusedError } from "./scene.js";

/** An error as plain data. */
export interface ErrorData {
  readonly kind: "error";
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What was thrown, as data. */
export function errorData(error: unknown): ErrorData {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return { kind: "error", name, message, stack };
}

/** An error as it was before it went through a message. */
export function errorOf({ name, message, stack }: ErrorData): Error {
  if (name === "ImageRefusedError") return new ImageRefusedError(message);
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  return error;
}
