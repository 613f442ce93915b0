import { settingsSchema } from '../../contract/settings.ts';
import type { Settings } from '../../contract/settings.ts';
import { textOf } from '../database.ts';
import type { Database } from '../database.ts';

/** What a person chose, with defaults for the rest. A value that cannot be read (any more) is left at its default. */
export function readSettings(database: Database): Settings {
  const stored: Record<string, unknown> = {};
  for (const row of database.all('SELECT name, value FROM settings')) {
    const name = textOf(row, 'name');
    const schema = (
      settingsSchema.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>
    )[name];
    const value: unknown = JSON.parse(textOf(row, 'value'));
    if (schema?.safeParse(value).success === true) stored[name] = value;
  }
  return settingsSchema.parse(stored);
}

/** Settings that a person changed; the others are absent. */
export type SettingsChange = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

export function changeSettings(database: Database, changes: SettingsChange): Settings {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    database.run(
      'INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value',
      { name, value: JSON.stringify(value) },
    );
  }
  return readSettings(database);
}
