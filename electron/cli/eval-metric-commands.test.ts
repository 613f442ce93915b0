import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { measureByCommands } from './eval-metric-commands.ts';
import type { Session } from './session.ts';
import { Terminal } from './terminal.ts';

test('values are not laid among predictions that others made, where they would be read as such', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'others-'));
  try {
    await writeFile(path.join(folder, 'output.json'), '[]');
    const items = [{ key: 'key', line: '{"id":"a"}' }];
    const command = [process.execPath, '-e', 'console.log(JSON.stringify({ id: "a", value: 1 }))'];
    const engine = { call: () => Promise.resolve({ metrics: [{ name: 'Mine', command, items }] }) };
    const session = { engine, signal: new AbortController().signal } as unknown as Session;
    const terminal = Object.assign(Object.create(Terminal.prototype) as Terminal, { note: () => undefined });
    const hints = { benchmark: 'generic' } as const;
    const measured = measureByCommands(terminal, session, folder, path.join(folder, 'task.yaml'), hints);
    await expect(measured).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(await readdir(folder)).toEqual(['output.json']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
