/** Where requests can go. */
export interface Addresses {
  /** Where a server answers. */
  readonly origin: string;
  /** Where nobody does. */
  readonly deadOrigin: string;
}
