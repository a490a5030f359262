// How wide what is printed may be. Looks at a stream, never at the environment.

/** Where standard output is no terminal: what most terminals begin with, and what fits a mail or a log. */
const COLUMNS_ELSEWHERE = 80;
/** Beyond that a line is hard to follow with the eyes. */
const COLUMNS_MOST = 120;
/** Below that no table fits, and the terminal breaks lines itself. */
const COLUMNS_LEAST = 40;

/**
 * The columns that a text for people may take, 40 to 120: the terminal's where the stream is one, else 80.
 * @param stream such as process.stdout
 */
export function screenColumns(stream: {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}): number {
  if (stream.isTTY !== true || stream.columns === undefined || stream.columns === 0) return COLUMNS_ELSEWHERE;
  return Math.min(COLUMNS_MOST, Math.max(COLUMNS_LEAST, stream.columns));
}
