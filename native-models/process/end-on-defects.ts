import process from 'node:process';

/**
 * Has this process end on a rejection that nobody handles, as Node does by itself: as a utility process of Electron 37 and newer it
 * would go on, and whoever waits for what was being done would wait forever.
 */
export function endOnDefects(): void {
  process.on('unhandledRejection', (reason) => {
    process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
    process.exit(1);
  });
}
