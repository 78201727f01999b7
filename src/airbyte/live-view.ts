const refreshMs = 500;

/**
 * Writes a few lines on stderr over and over, where that is a terminal and stdout is not: else nobody looks, or the
 * messages stand there. Never in a connector's image, where AIRBYTE_ENTRYPOINT is set and stderr is the platform's.
 * @returns ends it, and leaves the lines it is given
 */
export function liveView(lines: () => readonly string[]): (last: readonly string[]) => void {
  const { stderr, stdout, env } = process;
  if (!stderr.isTTY || stdout.isTTY || env['AIRBYTE_ENTRYPOINT'] !== undefined) return () => {};
  let height = 0;
  const show = (all: readonly string[]) => {
    const erase = height === 0 ? '' : `\x1b[${height}A\x1b[J`;
    stderr.write(`${erase}${all.join('\n')}\n`);
    height = all.length;
  };
  // Cut to the width, so that as many lines are erased as were written. A terminal that does not know its width says 0.
  const cut = (line: string) => line.slice(0, (stderr.columns || 80) - 1);
  const timer = setInterval(() => show(lines().map(cut)), refreshMs).unref();
  return (last) => {
    clearInterval(timer);
    show(last);
  };
}
