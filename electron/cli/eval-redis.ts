import { InvalidArgumentError, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** Where the queue is. */
export function redisOption(): Option {
  return new Option('--redis <url>', 'Redis server')
    .argParser((text: string) => {
      if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
      throw new InvalidArgumentError('Give a URL such as redis://127.0.0.1:6379.');
    })
    .default('redis://127.0.0.1:6379');
}

/** Tells once that the server went away, and once that it answers again. */
export function connectionNotes(terminal: Terminal): (connected: boolean) => void {
  let isConnected = true;
  return (connected) => {
    if (connected === isConnected) return;
    isConnected = connected;
    terminal.note(connected ? 'Redis answers again.' : 'Redis went away; waiting for it. Nothing is lost.');
  };
}
