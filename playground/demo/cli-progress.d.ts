/* As much of cli-progress as the demo uses: the package has no types of its own. */
declare module "cli-progress" {
  interface Options {
    readonly stream?: NodeJS.WritableStream;
    readonly format?: string;
    readonly barsize?: number;
    readonly fps?: number;
    readonly linewrap?: boolean;
    readonly barCompleteChar?: string;
    readonly barIncompleteChar?: string;
  }

  class SingleBar {
    constructor(options: Options);
    start(total: number, value: number, payload?: object): void;
    update(value: number): void;
    stop(): void;
  }

  const cliProgress: { readonly SingleBar: typeof SingleBar };
  export default cliProgress;
}
