import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Annotation } from '../contract/annotations.ts';
import type { StoredRunEvent } from '../contract/runs.ts';
import { Store } from '../store/store.ts';
import type { Acknowledged } from './killed-host.ts';

const entryPath = fileURLToPath(new URL('killed-host.ts', import.meta.url));

/** Everything that killed hosts of one library have answered or told. */
export class AcknowledgedWork {
  projectId = '';
  readonly runIds = new Set<string>();
  readonly records = new Map<string, unknown>();
  readonly events = new Map<string, unknown[]>();
  /** The time that each annotation was last known to start at; undefined: it was removed. */
  readonly annotations = new Map<string, number | undefined>();

  add(line: Acknowledged): void {
    if (line.what === 'project') this.projectId = line.id;
    else if (line.what === 'run') this.runIds.add(line.id);
    else if (line.what === 'done') this.records.set(line.runId, line.record);
    else if (line.what === 'events') {
      this.events.set(line.runId, [...(this.events.get(line.runId) ?? []), ...line.events]);
    } else this.annotations.set(line.id, line.what === 'removed' ? undefined : line.startSec);
  }

  get answers(): number {
    const events = [...this.events.values()].reduce((sum, list) => sum + list.length, 0);
    return this.runIds.size + this.records.size + this.annotations.size + events;
  }
}

/**
 * Starts a host on a library and kills it (SIGKILL) once it has told so many lines, in whatever it is doing then.
 * @param folder holds the library in `data` and caches in `cache`.
 */
export async function runUntilKilled(
  folder: string,
  round: number,
  lines: number,
  work: AcknowledgedWork,
): Promise<void> {
  const args = [entryPath, path.join(folder, 'data'), path.join(folder, 'cache'), String(round)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let heard = 0;
  let isStreaming = false;
  for await (const line of createInterface({ input: child.stdout })) {
    heard++;
    const told = JSON.parse(line) as Acknowledged;
    work.add(told);
    // Killed while a run streams and annotations are edited.
    if (told.what === 'events') isStreaming = true;
    if (isStreaming && heard >= lines) child.kill('SIGKILL');
  }
  await exited;
  if (!child.killed) throw new Error(`The host ended by itself: ${stderr}`);
}

/** What is missing or wrong in a library after a kill; empty: nothing. */
export async function lossesOf(folder: string, work: AcknowledgedWork): Promise<string[]> {
  const filePath = path.join(folder, 'data', 'library.db');
  const losses: string[] = [];
  const store = await Store.open(filePath);
  try {
    if (store.setAsidePath !== undefined) losses.push('the library was damaged');
    if (work.projectId !== '') losses.push(...(await lossesIn(store, work)));
  } finally {
    await store.close();
  }
  const database = new DatabaseSync(filePath, { readOnly: true });
  const [outcome] = database.prepare('PRAGMA integrity_check').all();
  database.close();
  if (outcome?.['integrity_check'] !== 'ok') losses.push(`integrity: ${JSON.stringify(outcome)}`);
  return losses;
}

async function lossesIn(store: Store, work: AcknowledgedWork): Promise<string[]> {
  const losses: string[] = [];
  const { runs } = await store.call('listRuns', { projectId: work.projectId, limit: 1_000_000 });
  const known = new Map(runs.map((run) => [run.id, run]));
  for (const id of work.runIds) if (!known.has(id)) losses.push(`run ${id}`);
  for (const [id, record] of work.records) {
    if (JSON.stringify(known.get(id)?.record) !== JSON.stringify(record)) losses.push(`record of ${id}`);
  }
  for (const [id, events] of work.events) {
    const stored = await store.call('listRunEvents', { id, fromSeq: 0 });
    losses.push(...eventLosses(id, events, stored));
  }
  const { annotations } = await store.call('listAnnotations', { projectId: work.projectId });
  losses.push(...annotationLosses(work, annotations));
  return losses;
}

function eventLosses(id: string, told: readonly unknown[], stored: readonly StoredRunEvent[]): string[] {
  const losses: string[] = [];
  for (const [index, event] of told.entries()) {
    if (JSON.stringify(stored[index]) !== JSON.stringify(event)) losses.push(`event ${index} of ${id}`);
  }
  if (stored.some(({ seq }, index) => seq !== index)) losses.push(`a gap in the events of ${id}`);
  return losses;
}

/** What was under way when the host was killed may have happened or not: the last id of a round is one step ahead at most. */
function annotationLosses(work: AcknowledgedWork, stored: readonly Annotation[]): string[] {
  const starts = new Map(stored.map(({ id, startSec }) => [id, startSec]));
  const lastIds = new Set<string>();
  const byRound = Map.groupBy(work.annotations.keys(), (id) => id.split('-')[0]);
  for (const ids of byRound.values()) lastIds.add(ids.at(-1) ?? '');
  const losses: string[] = [];
  for (const [id, startSec] of work.annotations) {
    const found = starts.get(id);
    const isOneAhead = lastIds.has(id) && nextSteps(startSec).includes(found);
    if (found !== startSec && !isOneAhead) losses.push(`annotation ${id}: ${startSec} became ${found}`);
  }
  return losses;
}

/** Where an annotation may be one unanswered step after it started there: moved, moved back, removed. */
function nextSteps(startSec: number | undefined): (number | undefined)[] {
  if (startSec === undefined) return [undefined];
  return startSec === 1 ? [2, undefined] : [1];
}
