/**
 * `node:sqlite` for an Electron whose Node has none: what `electron/host/store` uses of it, over libsql, which carries
 * SQLite as a binary for N-API.
 */
import Database from 'libsql';

const codes: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** Node names what went wrong by SQLite's number, as `errcode`. */
function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { rawCode, code } = error as { rawCode?: unknown; code?: string };
    const errcode = typeof rawCode === 'number' ? rawCode : codes[code ?? ''];
    if (errcode !== undefined) Object.assign(error as object, { errcode });
    throw error;
  }
}

/** libsql adds a field of its own to rows. */
function plain<Row>(row: Row): Row {
  if (typeof row === 'object' && row !== null) delete (row as { _metadata?: unknown })._metadata;
  return row;
}

class StatementSync {
  readonly #statement: Database.Statement;

  constructor(statement: Database.Statement) {
    this.#statement = statement;
  }

  all(...values: unknown[]): unknown[] {
    return guarded(() => this.#statement.all(...values).map(plain));
  }

  get(...values: unknown[]): unknown {
    return guarded(() => plain(this.#statement.get(...values)));
  }

  run(...values: unknown[]): unknown {
    return guarded(() => this.#statement.run(...values));
  }
}

export class DatabaseSync {
  readonly #database: Database.Database;

  constructor(filePath: string, options?: Database.Options) {
    this.#database = guarded(() => new Database(filePath, options));
  }

  exec(statements: string): void {
    guarded(() => this.#database.exec(statements));
  }

  prepare(statement: string): StatementSync {
    return new StatementSync(guarded(() => this.#database.prepare(statement)));
  }

  get isTransaction(): boolean {
    return this.#database.inTransaction;
  }

  close(): void {
    this.#database.close();
  }
}
