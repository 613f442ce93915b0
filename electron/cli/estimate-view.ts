import type { RunEstimate } from '../../native-models/protocol/run-estimate.ts';
import { aboutTime } from '../../native-models/protocol/remaining-time.ts';
import { timeWords } from './run-view.ts';
import { byteSize, table } from './text-layout.ts';

/** What a question would look at, take and need, as lines. */
export function estimateLines({ roles, time, memoryBytes, availableMemoryBytes }: RunEstimate): string[] {
  const secondsOf = (role: string) => time?.roles.find((each) => each.role === role)?.seconds;
  const rows = roles.map(({ role, frames, intervalSec, promptTokens, windows }) => {
    const seconds = secondsOf(role);
    return [
      role,
      String(frames),
      intervalSec === 0 ? '' : `${intervalSec.toFixed(intervalSec < 10 ? 1 : 0)} s`,
      windows === undefined ? '' : String(windows),
      String(promptTokens),
      seconds === undefined ? '' : seconds < 1 ? 'under 1 s' : aboutTime(seconds),
    ];
  });
  const took =
    time === undefined
      ? 'not measured yet on this machine: known after the first question'
      : timeWords({ ...time, roles: [] });
  return [
    ...table(['role', 'frames', 'every', 'windows', 'tokens', 'time'], rows),
    '',
    `Time     ${took}`,
    `Memory   about ${byteSize(memoryBytes)}, ${byteSize(availableMemoryBytes)} are free`,
  ];
}
