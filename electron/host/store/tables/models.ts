import type { Model } from '../../contract/models.ts';
import { numberOf, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** What a package's manifest says that people are shown. */
export type ModelFacts = Pick<
  Model,
  'name' | 'agent' | 'roles' | 'precision' | 'architecture' | 'bytes' | 'memoryBytes'
>;

/** A package that the model store knows of. */
export interface KnownModel {
  readonly id: string;
  readonly path: string;
  readonly facts: ModelFacts;
  readonly addedAtMs: number;
}

/** Oldest first. */
export function listKnownModels(database: Database): KnownModel[] {
  return database.all('SELECT * FROM models ORDER BY added_at_ms, rowid').map(knownModelOf);
}

/** Adds a package, or overwrites what is known of the one at that path. */
export function saveModel(database: Database, model: KnownModel): KnownModel {
  const { id, path, facts, addedAtMs } = model;
  const row = database.get(
    `INSERT INTO models (id, path, facts, added_at_ms) VALUES (:id, :path, :facts, :addedAtMs)
     ON CONFLICT (path) DO UPDATE SET facts = :facts RETURNING *`,
    { id, path, facts: JSON.stringify(facts), addedAtMs },
  );
  return row === undefined ? model : knownModelOf(row);
}

export function removeModel(database: Database, { id }: { readonly id: string }): void {
  database.run('DELETE FROM models WHERE id = :id', { id });
}

/** Tells the store that packages lie elsewhere now, all at once. */
export function moveModels(
  database: Database,
  {
    moved,
    folder,
  }: { readonly moved: readonly { readonly id: string; readonly path: string }[]; readonly folder: string },
): void {
  for (const { id, path } of moved)
    database.run('UPDATE models SET path = :path WHERE id = :id', { id, path });
  database.run(
    `INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value`,
    { name: modelsFolderName, value: JSON.stringify(folder) },
  );
}

const modelsFolderName = 'host.modelsFolder';

/** The folder that packages are kept in; undefined: where it is by default. */
export function readModelsFolder(database: Database): string | undefined {
  const row = database.get('SELECT value FROM settings WHERE name = :name', { name: modelsFolderName });
  return row === undefined ? undefined : String(JSON.parse(textOf(row, 'value')));
}

function knownModelOf(row: Row): KnownModel {
  return {
    id: textOf(row, 'id'),
    path: textOf(row, 'path'),
    facts: JSON.parse(textOf(row, 'facts')) as ModelFacts,
    addedAtMs: numberOf(row, 'added_at_ms'),
  };
}
