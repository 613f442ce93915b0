import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a rejection that nobody handles ends the process also where its Node would only warn', async () => {
  const module = path.join(import.meta.dirname, 'end-on-defects.ts');
  const script = `import { endOnDefects } from ${JSON.stringify(module)};
    endOnDefects();
    void Promise.reject(new Error('nobody waits'));
    setInterval(() => undefined, 1000);`;
  // As Electron starts its utility processes.
  const asElectron = ['--unhandled-rejections=warn', '--input-type=module', '-e', script];
  await expect(promisify(execFile)(process.execPath, asElectron)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nobody waits') as unknown,
  });
});
