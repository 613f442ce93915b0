import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../electron/host/catalogue/catalogue.ts';
import { publishedNetworks } from '../electron/host/catalogue/networks.ts';
import { programPath } from '../electron/host/paths.ts';
import { toolPresetNames } from '../native-models/protocol/reasoner-request.ts';
import { families, familyOfModelType } from '../native-models/architectures/families.ts';
import { dataSets } from '../native-models/evaluation/benchmarks/registry.ts';

// Engine and host may not import each other; here both are at hand.

const checkpoints = catalogue.models.flatMap(({ name, checkpoints: all }) =>
  all.map((each) => ({ name, ...each })),
);

/** A test with the modules of this repository that it imports: lists of fixtures stand in those. */
function textWithImports(file: string): string {
  const text = readFileSync(path.join(programPath, file), 'utf8');
  const imported = [...text.matchAll(/from '(\.[^']+\.ts)'/g)].map(([, module = '']) =>
    readFileSync(path.join(programPath, path.dirname(file), module), 'utf8'),
  );
  return [text, ...imported].join('\n');
}

const configSchema = z.object({ model_type: z.string() });

test.each(checkpoints)('what holds that $name runs on $base is there and is asked', ({ base, proof }) => {
  const network = Object.values(publishedNetworks).find(({ title }) => title === base);
  expect(families.map(({ name }) => name)).toContain(network?.family);
  const [first = ''] = proof.fixtures;
  const config = ['base', 'checkpoint']
    .map((folder) => path.join(programPath, first, folder, 'config.json'))
    .find((file) => existsSync(file));
  const { model_type: modelType } = configSchema.parse(JSON.parse(readFileSync(config ?? '', 'utf8')));
  expect(familyOfModelType(modelType)?.name).toBe(network?.family);
  const tests = proof.tests.map((file) => textWithImports(file)).join('\n');
  for (const fixture of proof.fixtures) {
    expect(existsSync(path.join(programPath, fixture))).toBe(true);
    expect(tests).toContain(`'${path.basename(fixture)}'`);
  }
});

test('tools that a model is said to run with are those of a preset, and each preset has its model', () => {
  const named = new Set(checkpoints.flatMap(({ tools }) => tools ?? []));
  expect([...named].toSorted()).toEqual([...toolPresetNames].toSorted());
});

test('a data set that eval knows is one, and every benchmark that eval knows is in the catalogue', () => {
  const named = catalogue.dataSets.flatMap(({ evalKeys = [] }) => evalKeys);
  expect(named.filter((key) => !dataSets.has(key))).toEqual([]);
  const published = [...dataSets.values()].filter(
    ({ key, defaultSplit }) =>
      key !== 'own' && defaultSplit !== 'train' && !/_(crop|grounding|step)$/.test(key),
  );
  expect(published.map(({ key }) => key).filter((key) => !named.includes(key))).toEqual([]);
});
