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

/** What a window was left at is kept project by project: other windows have others open, and know of their own alone. */
export function changeSettings(database: Database, changes: SettingsChange): Settings {
  const { workPlaces } = changes;
  const merged = workPlaces && {
    workPlaces: withoutGone(database, { ...readSettings(database).workPlaces, ...workPlaces }),
  };
  for (const [name, value] of Object.entries({ ...changes, ...merged })) {
    if (value === undefined) continue;
    database.run(
      'INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value',
      { name, value: JSON.stringify(value) },
    );
  }
  return readSettings(database);
}

/** Of projects that there are. */
function withoutGone(database: Database, places: Settings['workPlaces']): Settings['workPlaces'] {
  const ids = new Set(database.all('SELECT id FROM projects').map((row) => textOf(row, 'id')));
  return Object.fromEntries(Object.entries(places).filter(([id]) => ids.has(id)));
}
