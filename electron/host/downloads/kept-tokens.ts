import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { sourceKeySchema } from '../contract/downloads.ts';
import type { SourceKey, TokenState } from '../contract/downloads.ts';
import { readToken } from './access-token.ts';
import { sourceUrls, tokenFor } from './download-network.ts';
import type { NetworkEnvironment } from './network-fetch.ts';
import { writeAtomically } from '../files/write-atomically.ts';

/** Encrypts with a key that the system keeps for this person: a shell has one or has none. */
export interface SecretBox {
  /** Why nothing can be kept here, in a sentence; undefined where it can. */
  readonly whyNot: () => Promise<string | undefined>;
  readonly encrypt: (text: string) => Promise<Buffer>;
  /** Fails where it was encrypted by somebody else. */
  readonly decrypt: (encrypted: Buffer) => Promise<string>;
}

const fileSchema = z.array(z.object({ source: sourceKeySchema, origin: z.string(), encrypted: z.base64() }));
type KeptToken = z.infer<typeof fileSchema>[number];

/** Said where a shell has no keychain: a server, the command line. */
const withoutKeychain =
  'Only the desktop app keeps tokens, in the system’s keychain. Here a token comes from the environment (HF_TOKEN, MODELSCOPE_API_TOKEN) or from the hub’s own token file.';

/**
 * Tokens of a person for gated repositories. They lie encrypted on the disk, by a key of the system's keychain, are never told to a
 * window again, and belong to the one server that they were given for.
 */
export class KeptTokens {
  readonly #filePath: string;
  readonly #box: SecretBox | undefined;
  readonly #environment: NetworkEnvironment;

  /** @param box undefined where the shell has none */
  constructor(filePath: string, box: SecretBox | undefined, environment: NetworkEnvironment) {
    this.#filePath = filePath;
    this.#box = box;
    this.#environment = environment;
  }

  /** The kept token for a source at this address; undefined where there is none. */
  async find(source: SourceKey, url: string): Promise<string | undefined> {
    const box = this.#box;
    if (box === undefined || (await box.whyNot()) !== undefined) return undefined;
    const { origin } = new URL(url);
    const kept = (await this.#read()).find((each) => each.source === source && each.origin === origin);
    if (kept === undefined) return undefined;
    try {
      return await box.decrypt(Buffer.from(kept.encrypted, 'base64'));
    } catch (cause) {
      throw new EngineError('ARGUMENT_INVALID', `The token kept for ${new URL(url).host} cannot be read.`, {
        remedy: 'The system’s keychain has changed. Remove the token in Models and give it again.',
        cause,
      });
    }
  }

  /**
   * Keeps a token for a source at its present address.
   * @throws EngineError ARGUMENT_INVALID for what is no token, and where nothing can be kept
   */
  async keep(source: SourceKey, token: string, hubUrl: string): Promise<void> {
    const whyNot = this.#box === undefined ? withoutKeychain : await this.#box.whyNot();
    if (this.#box === undefined || whyNot !== undefined) {
      throw new EngineError('ARGUMENT_INVALID', whyNot ?? withoutKeychain, {
        remedy: 'Set it in the environment that the program is started in.',
      });
    }
    const text = readToken(token, 'What was given');
    if (text === undefined) {
      throw new EngineError('ARGUMENT_INVALID', 'No token was given.', {
        remedy: 'Paste a token, or remove the one that is kept.',
      });
    }
    const origin = this.#originOf(source, hubUrl);
    const others = (await this.#read()).filter((each) => each.source !== source || each.origin !== origin);
    const encrypted = (await this.#box.encrypt(text)).toString('base64');
    await this.#write([...others, { source, origin, encrypted }]);
  }

  /** Forgets the token of a source at its present address. */
  async remove(source: SourceKey, hubUrl: string): Promise<void> {
    const origin = this.#originOf(source, hubUrl);
    await this.#write(
      (await this.#read()).filter((each) => each.source !== source || each.origin !== origin),
    );
  }

  /** What is known of each source's token. @throws EngineError ARGUMENT_INVALID where the environment's is none */
  async states(hubUrl: string): Promise<TokenState[]> {
    const urls = sourceUrls({ environment: this.#environment, hubUrl });
    const whyNot = this.#box === undefined ? withoutKeychain : await this.#box.whyNot();
    return await Promise.all(
      sourceKeySchema.options.map(async (source) => {
        const token = await tokenFor(source, urls[source], {
          environment: this.#environment,
          keptToken: (each, url) => this.find(each, url),
        });
        return {
          ...{ source, host: new URL(urls[source]).host, canKeep: whyNot === undefined },
          ...(token === undefined ? {} : { from: token.from }),
          ...(whyNot === undefined ? {} : { whyNot }),
        };
      }),
    );
  }

  #originOf(source: SourceKey, hubUrl: string): string {
    return new URL(sourceUrls({ environment: this.#environment, hubUrl })[source]).origin;
  }

  async #read(): Promise<KeptToken[]> {
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#filePath, 'utf8')));
    } catch {
      return [];
    }
  }

  async #write(kept: readonly KeptToken[]): Promise<void> {
    if (kept.length === 0) await rm(this.#filePath, { force: true });
    else await writeAtomically(this.#filePath, JSON.stringify(kept));
  }
}
