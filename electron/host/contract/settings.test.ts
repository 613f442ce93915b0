import { expect, it } from 'vitest';
import { settingsChangesSchema, settingsSchema } from './settings.ts';

it('changes of settings hold what was changed and nothing else', () => {
  expect(settingsChangesSchema.parse({})).toEqual({});
  expect(settingsChangesSchema.parse({ theme: 'light' })).toEqual({ theme: 'light' });
  expect(Object.keys(settingsChangesSchema.shape)).toEqual(Object.keys(settingsSchema.shape));
});
