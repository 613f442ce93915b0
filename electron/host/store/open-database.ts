import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { Database } from './database.ts';
import { migrate, schemaVersion, versionOf } from './migrations.ts';
import { saysDamaged } from './store-errors.ts';

/** A store that was opened, and what became of a damaged one. */
export interface OpenedDatabase {
  readonly database: Database;
  /** Where the damaged file was put that stood in its place. */
  readonly setAsidePath: string | undefined;
}

/**
 * Opens the store's file, or makes one. It is locked for this process until it is closed or the process ends, and checked
 * whole. A damaged file is never deleted: it is renamed, and an empty one takes its place.
 * @throws EngineError STORE_NEWER; what SQLite throws, such as SQLITE_BUSY while another instance has it open.
 */
export function openDatabase(filePath: string, now: () => Date = () => new Date()): OpenedDatabase {
  mkdirSync(path.dirname(filePath), { recursive: true });
  try {
    return { database: openSound(filePath), setAsidePath: undefined };
  } catch (error) {
    if (!saysDamaged(error)) throw error;
    const setAsidePath = setAside(filePath, now());
    return { database: openSound(filePath), setAsidePath };
  }
}

function openSound(filePath: string): Database {
  const connection = new DatabaseSync(filePath, { timeout: 0 });
  try {
    // With the lock held for good there is no shared index file, and a second instance is told at once.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA foreign_keys = ON');
    requireKnownVersion(connection, filePath);
    requireSound(connection);
    migrate(connection);
    return new Database(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function requireKnownVersion(connection: DatabaseSync, filePath: string): void {
  const version = versionOf(connection);
  if (version <= schemaVersion) return;
  throw new EngineError(
    'STORE_NEWER',
    `${filePath} is of version ${version}; this program reads up to ${schemaVersion}.`,
  );
}

function requireSound(connection: DatabaseSync): void {
  const [first] = connection.prepare('PRAGMA quick_check(1)').all();
  const outcome = String(first?.['quick_check'] ?? 'ok');
  if (outcome === 'ok') return;
  throw Object.assign(new Error(outcome), { errcode: 11 });
}

function setAside(filePath: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const { dir, name, ext } = path.parse(filePath);
  const asidePath = path.join(dir, `${name}-damaged-${stamp}${ext}`);
  for (const ending of ['', '-wal', '-journal']) {
    if (existsSync(filePath + ending)) renameSync(filePath + ending, asidePath + ending);
  }
  return asidePath;
}
