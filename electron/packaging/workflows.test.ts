import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { programPath } from '../host/paths.ts';
import { readYaml } from './testing/installer-configuration.ts';

/** What each version of an action is. A tag can be moved, a hash cannot. */
const knownActions: Readonly<Record<string, string>> = {
  'actions/checkout v5.0.0': '08c6903cd8c0fde910a37f88322edcfb5dd907a8',
  'actions/setup-node v5.0.0': 'a0853c24544627f65ddf259abe73b1d18a591444',
  'actions/upload-artifact v4.6.2': 'ea165f8d65b6e75b540449e92b4886f43607fa02',
  'actions/download-artifact v4.3.0': 'd3f86a106a0bac45b974a628896c90dbdf5c8093',
};

const stepSchema = z.strictObject({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  shell: z.literal('bash').optional(),
  'working-directory': z.string().optional(),
});
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string().optional(),
      needs: z.string().optional(),
      strategy: z.looseObject({}).optional(),
      'runs-on': z.string(),
      permissions: z.record(z.string(), z.string()).optional(),
      steps: z.array(stepSchema).min(1),
    }),
  ),
});

const folder = '.github/workflows';

describe.each(readdirSync(path.join(programPath, folder)))('the workflow %s', (name) => {
  const text = readFileSync(path.join(programPath, folder, name), 'utf8');
  const { on, permissions, jobs } = workflowSchema.parse(readYaml(path.join(folder, name)));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const scripts = steps.flatMap(({ run = [] }) => run);

  test('takes actions by the hash of the version that it names beside it', () => {
    const uses = Array.from(text.matchAll(/uses: (\S+)@(\S+) # (\S+)/g));
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    for (const [, action, hash, version] of uses) expect(knownActions[`${action} ${version}`]).toBe(hash);
  });

  test('may only read, but for the jobs that publish; and is not started by strangers', () => {
    expect(permissions).toEqual({ contents: 'read' });
    expect(
      Object.keys(on).filter((event) => !['push', 'schedule', 'workflow_dispatch'].includes(event)),
    ).toEqual([]);
    for (const { permissions: own = {}, needs } of Object.values(jobs)) {
      expect(Object.keys(own).filter((right) => right !== 'contents')).toEqual([]);
      if (needs !== undefined) expect(Object.keys(jobs)).toContain(needs);
    }
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    for (const { with: options } of checkouts) expect(options).toEqual({ 'persist-credentials': false });
  });

  test('puts no value into the text of a script: those go through its environment', () => {
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    // Windows would take another shell, which knows no $NAME.
    for (const { run = '', shell, env } of steps) {
      const names = Array.from(run.matchAll(/\$([A-Z_]+)/g), ([, variable = '']) => variable);
      const given = names.filter((variable) => !variable.startsWith('GITHUB_'));
      for (const variable of given) expect(Object.keys(env ?? {})).toContain(variable);
      if (given.length > 0 && run.includes('electron-builder')) expect(shell).toBe('bash');
    }
  });

  test('runs scripts that are there, and gives secrets to single steps alone', () => {
    const called = scripts.flatMap((script) =>
      Array.from(script.matchAll(/node (\S+\.ts)/g), ([, file]) => file ?? ''),
    );
    for (const file of called) expect(existsSync(path.join(programPath, file))).toBe(true);
    const { scripts: own } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(path.join(programPath, 'package.json'), 'utf8')));
    for (const [, script = ''] of scripts.join('\n').matchAll(/npm run (?:-s )?(\S+)/g)) {
      expect(Object.keys(own)).toContain(script);
    }
    const inSteps = JSON.stringify(steps).match(/secrets\.\w+/g)?.length ?? 0;
    expect(text.match(/secrets\.\w+/g)?.length ?? 0).toBe(inSteps);
    expect(JSON.stringify(steps.filter((step) => step.uses !== undefined))).not.toContain('secrets.');
  });
});

test('a release carries checksums of all its files, the announcement among them', () => {
  const { jobs } = workflowSchema.parse(readYaml(path.join(folder, 'release.yml')));
  const order = (jobs['draft']?.steps ?? []).map(({ run = '' }) => run);
  const at = (part: string) => order.findIndex((run) => run.includes(part));
  expect(at('announce-release.ts')).toBeGreaterThan(-1);
  expect(at('announce-release.ts')).toBeLessThan(at('sha256sum'));
  expect(at('sha256sum')).toBeLessThan(at('gh release create'));
});
