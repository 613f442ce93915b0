import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { addedDeviceSchema, type AddedParts } from '../contract/device-parts.ts';
import type { Job } from '../contract/models.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import type { DeviceStore } from './device-store.ts';

const requestSchema = z.object({ device: addedDeviceSchema });

/** Adds the libraries of devices as jobs, which can be paused and go on after a restart; and removes them. */
export class DeviceJobs {
  readonly #jobs: Jobs;
  readonly #store: DeviceStore;

  constructor(jobs: Jobs, store: DeviceStore) {
    this.#jobs = jobs;
    this.#store = store;
    jobs.register('add-device', {
      resumes: true,
      work: (work) => this.#add(work),
      discard: async (_job, request) => {
        await store.remove(requestSchema.parse(request).device);
      },
    });
  }

  /** What can be added on this machine, and what has been. */
  list(): Promise<AddedParts[]> {
    return this.#store.list();
  }

  /** @throws EngineError ARGUMENT_INVALID where there is nothing to add, or it is being added already. */
  async start(device: AddedParts['device']): Promise<Job> {
    const { title, wheels } = this.#store.find(device);
    if (this.#jobs.open().some((job) => isFor(job, title))) {
      throw new EngineError('ARGUMENT_INVALID', `${title} is being added already.`, {
        remedy: 'Resume that download.',
      });
    }
    const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#jobs.start({ kind: 'add-device', title, unit: 'bytes', total }, { device });
  }

  /** Removes a device's libraries, and gives up a job that would add them. @returns the bytes that this freed. */
  async remove(device: AddedParts['device']): Promise<number> {
    const { title } = this.#store.find(device);
    const { bytes = 0 } = (await this.#store.list()).find((each) => each.device === device) ?? {};
    for (const job of this.#jobs.list().filter((each) => isFor(each, title))) await this.#jobs.cancel(job.id);
    await this.#store.remove(device);
    return bytes;
  }

  async #add({ request, signal, report }: JobWork): Promise<Pick<Job, 'outputPath'>> {
    const { device } = requestSchema.parse(request);
    const { folder } = await this.#store.add(device, { signal, report });
    return { outputPath: folder };
  }
}

function isFor(job: Job, title: string): boolean {
  return (
    job.kind === 'add-device' && job.title === title && job.state !== 'done' && job.state !== 'cancelled'
  );
}
