// The window of the guests that act in one: seconds of the clock, as the scenario has them. No code.

export const WINDOW_FROM: u32 = 2;
export const WINDOW_TO: u32 = 4;
