/** So many requests of each asker go before all that others have beyond that. */
const fairShare = 4;

/**
 * When a request goes, 0 first and 9 last: fair for the first few of each asker, so that one never starves another; of
 * the rest, those first whose listing has the most pages left, since all is done when the longest is.
 * `asking`: its asker's requests under way or waiting, itself included.
 */
export function priorityOf(asking: number, left = 0): number {
  if (asking <= fairShare) return asking - 1;
  return Math.max(fairShare, 9 - Math.floor(Math.log2(Math.max(1, left))));
}
