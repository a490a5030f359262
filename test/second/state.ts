// A state of the second explorer: a whole content, and where the device stands with it.
import type { Where } from "./life.js";
import type { Content } from "./world.js";

/** What has passed since the last fault, on the way by which a state was found. */
export interface Since {
  readonly powerUps: number;
  /** Steps in a row that asked for more and wrote nothing. */
  readonly steps: number;
}

/** A state. */
export interface State {
  readonly where: Where;
  /** None once its call has been made. */
  content: Content | undefined;
  depth: number;
  since: Since;
  /** What may follow without a fault; `quiet` by a step that asked for more and wrote nothing. */
  readonly next: { readonly state: State; readonly quiet: boolean }[];
}
