/** What a machine says of one of its devices. */
export interface DeviceFacts {
  readonly name: string;
  /** The driver's version, as it names it; absent where it does not say. */
  readonly driver?: string | undefined;
  /** Its own memory, or what it may have of the machine's. */
  readonly memoryBytes?: number | undefined;
  /** Of that, what nobody uses now; absent where the driver does not say. */
  readonly freeBytes?: number | undefined;
  /** The processor in a device's clothes: never chosen by itself. */
  readonly isSoftware: boolean;
}
