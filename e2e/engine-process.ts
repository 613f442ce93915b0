import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Ends the engine of a program at once, as a crash would. */
export async function endEngine(programProcessId: number): Promise<void> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const children = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((line) => line !== null && Number(line[2]) === programProcessId);
  const engine = children.find((line) => /engine-process|node\.mojom\.NodeService/.test(line?.[3] ?? ''));
  if (!engine) throw new Error(`Process ${programProcessId} has no engine`);
  process.kill(Number(engine[1]), 'SIGKILL');
}
