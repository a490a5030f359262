// What a boot did, in the same words for the simulated device and for a target, so that both can be compared.
import * as abi from "../../../assembly/abi.js";
import type { Operation } from "../../device/operations.js";

/** One operation or event of a target, as the device's log has it. */
export interface TargetOperation {
  readonly kind: number;
  readonly status: number;
  readonly first: number;
  readonly size: number;
  readonly value: number;
}

/** An operation of the simulated device in words. */
export function operationWords(operation: Operation): string {
  switch (operation.kind) {
    case "program":
    case "erase":
      return `${operation.kind} ${operation.offset} + ${operation.sizeBytes}: ${operation.status}`;
    case "counter":
      return `counter ${operation.id} = ${operation.value}: ${operation.status}`;
    case "retained":
      return `retained ${operation.index} = ${operation.value}`;
    case "asked":
      return `asked ${operation.ask} ${operation.first}: ${operation.answer}`;
    case "volatile":
      return `volatile ${operation.place} = ${operation.value}`;
    case "event":
      return `event ${operation.code} ${operation.value}`;
    default:
      return operation.kind;
  }
}

/** A target's operation in the same words. */
export function targetOperationWords({ kind, status, first, size, value }: TargetOperation): string {
  if (kind === abi.OP_PROGRAM) return `program ${first} + ${size}: ${status}`;
  if (kind === abi.OP_ERASE) return `erase ${first} + ${size}: ${status}`;
  if (kind === abi.OP_COUNTER) return `counter ${first} = ${value}: ${status}`;
  if (kind === abi.OP_RETAINED) return `retained ${first} = ${value}`;
  if (kind === abi.OP_ASKED) return `asked ${first} ${size}: ${value}`;
  if (kind === abi.OP_VOLATILE) return `volatile ${first} = ${value}`;
  return `event ${first} ${value}`;
}
