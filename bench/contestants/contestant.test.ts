import { describe, expect, it } from 'vitest';
import { Contestant } from './contestant.ts';

function program(source: string) {
  return { name: 'program', command: process.execPath, arguments: ['-e', source] };
}

const echoing = `
  console.log('{"ready":true}');
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { measure } = JSON.parse(line);
    console.log(JSON.stringify(measure === 'bad' ? { error: 'no such work' } : { sec: 2, peakBytes: null }));
  });`;

describe('a contestant', () => {
  it('answers requests until it is stopped', async () => {
    const contestant = await Contestant.start(program(echoing));
    expect(await contestant.ask({ measure: 'good' })).toMatchObject({ sec: 2 });
    await expect(contestant.ask({ measure: 'bad' })).rejects.toThrow('no such work');
    expect(await contestant.ask({ measure: 'good' })).toMatchObject({ sec: 2 });
    await contestant.stop();
  });

  it('that ends before it is ready is an error with its last words', async () => {
    const dying = program(`console.error('no torch here'); process.exitCode = 1;`);
    await expect(Contestant.start(dying)).rejects.toThrow('no torch here');
  });

  it('that cannot be started is an error', async () => {
    await expect(
      Contestant.start({ name: 'none', command: '/nonexistent/python', arguments: [] }),
    ).rejects.toThrow('ENOENT');
  });
});
